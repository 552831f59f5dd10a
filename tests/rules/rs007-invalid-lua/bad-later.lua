local half <const> = 2
return half
