# nothing here is about a server of ours
def broken(:
