def stylesheet(c): return ""
