"""`python -m tf_advseg.train`, which also knows the backbone `tiny`."""

from tf_advseg import train
from tf_advseg.base.process import launch as command_line


def main(argv):
    # Not before: importing TensorFlow is quiet only within `launch`.
    import toy_backbone

    toy_backbone.register()
    return train.main(argv)


if __name__ == "__main__":
    command_line.launch(main)
