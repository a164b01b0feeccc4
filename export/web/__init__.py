"""The page that runs a deployed .tflite in a browser.

`site.write_site` puts the page, LiteRT's WebAssembly runtime from npm and the
models into one folder of static files; any web server serves it.
"""
