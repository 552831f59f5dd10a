local a = 1
return "é"
