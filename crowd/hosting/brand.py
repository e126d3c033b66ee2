def stylesheet(c):
    return ""
