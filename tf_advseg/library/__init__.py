"""Three lines for who programs: a model, a result, its picture.

    model = tf_advseg.load("runs/RUN")
    result = model("photo.jpg")
    result.plot()

Everything here hands on to what the commands use, so that the numbers are
theirs; what is public stands in `tf_advseg/__init__.pyi`.
"""
