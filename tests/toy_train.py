"""`python -m tf_advseg.train`, which also knows the backbone `tiny`."""

from tf_advseg import command_line
from tf_advseg import train


def main(argv):
    # Not before: importing TensorFlow is quiet only within `launch`.
    import toy_backbone

    toy_backbone.register()
    return train.main(argv)


if __name__ == "__main__":
    command_line.launch(main)
