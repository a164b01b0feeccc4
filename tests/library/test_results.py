"""One image gives a result, many a stream of them."""

import gc
import io
import weakref

import numpy as np
import pytest
import toy_segmenter
from PIL import Image
from toy_segmenter import BLUE
from toy_segmenter import CLASSES
from toy_segmenter import GREEN
from toy_segmenter import RED
from toy_segmenter import paint

import tf_advseg
from tf_advseg import pictures
from tf_advseg.base.checks import DataError
from tf_advseg.library import images
from tf_advseg.library import result as results

MAP = np.array([[RED, RED, GREEN], [BLUE, BLUE, RED]], np.uint8)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    return tf_advseg.load(toy_segmenter.save_colour_segmenter(path))


@pytest.fixture
def photos(tmp_path):
    for name in ("a", "deep/b", "deep/c"):
        path = tmp_path / f"photos/{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(paint(MAP)).save(path)
    return tmp_path / "photos"


def test_a_file_an_array_and_a_picture_are_one_image(model, photos):
    for image in (
        photos / "a.png",
        str(photos / "a.png"),
        paint(MAP),
        Image.fromarray(paint(MAP)),
        Image.open(photos / "a.png"),
    ):
        result = model(image)
        assert isinstance(result, tf_advseg.Result)
        np.testing.assert_array_equal(result.classes, MAP)
        assert result.classes.dtype == np.uint8
        np.testing.assert_array_equal(result.image, paint(MAP))
        assert result.class_names == ("red", "green", "blue")
        # Pure colours leave no doubt.
        assert result.entropy.max() < 1e-6
        assert result.confidence.min() > 1 - 1e-6
        assert result.confidence.shape == result.entropy.shape == MAP.shape


def test_a_picture_is_upright_as_its_file_is(model, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was held at 90 degrees.
    path = tmp_path / "turned.png"
    Image.fromarray(np.rot90(paint(MAP))).save(path, exif=exif)
    for image in (path, Image.open(path), Image.open(path).copy()):
        assert model(image).classes.tolist() == MAP.tolist()


def test_shares_are_of_classes_that_occur_the_largest_first(model):
    shares = model(paint(MAP)).shares()
    assert list(shares.items()) == [
        ("red", 3 / 6),
        ("blue", 2 / 6),
        ("green", 1 / 6),
    ]
    assert model(paint(np.full((2, 2), GREEN))).shares() == {"green": 1.0}


def test_folders_patterns_lists_and_batches_are_streams(model, photos):
    batch = np.stack([paint(MAP)] * 3)
    for many, names in (
        (photos, ["a", "deep/b", "deep/c"]),
        (f"{photos}/deep/*.png", ["b", "c"]),
        ([photos / "a.png", paint(MAP)], ["a", "image_000001"]),
        (batch, ["image_000000", "image_000001", "image_000002"]),
    ):
        stream = model(many)
        assert isinstance(stream, tf_advseg.Results)
        found = list(stream)
        assert [result.name for result in found] == names
        assert all(r.classes.tolist() == MAP.tolist() for r in found)
        assert len(list(stream)) == len(names)  # And once more.


def test_no_more_than_a_handful_is_read_ahead(model, photos, monkeypatch):
    read = []
    original = images.read_picture

    def counted(file, size):
        read.append(file.name)
        return original(file, size)

    monkeypatch.setattr(images, "read_picture", counted)
    stream = iter(model([photos / "a.png"] * 50))
    next(stream)
    assert 1 <= len(read) <= 6
    stream.close()


def test_what_was_looked_at_is_let_go(model):
    alive = weakref.WeakSet()
    most = 0
    for result in model([paint(MAP)] * 40):
        alive.add(result)
        gc.collect()
        most = max(most, len(alive))
    assert most <= 2


def test_corrupt_files_are_named_left_out_and_kept(model, photos, caplog):
    (photos / "deep/bad.png").write_bytes(b"no picture")
    stream = model(photos)
    assert [result.name for result in stream] == ["a", "deep/b", "deep/c"]
    assert list(stream.faults) == ["deep/bad"]
    assert "bad.png" in stream.faults["deep/bad"]
    assert "Skipped an image" in caplog.text
    assert list(stream.save(photos.parent / "out").faults) == ["deep/bad"]
    with pytest.raises(DataError, match=r"bad\.png"):
        model(photos / "deep/bad.png")


def test_outputs_below_the_input_are_no_inputs_the_next_time(model, photos):
    for _ in range(2):
        run = model(photos).save(photos / "maps", "ids")
        assert run.num_predicted == 3
    assert (photos / "maps/predictions.json").is_file()
    with pytest.raises(ValueError, match="cannot take the outputs too"):
        model(photos).save(photos)


def test_two_outputs_of_one_name_are_refused(model, photos, tmp_path):
    Image.fromarray(paint(MAP)).save(tmp_path / "a.png")
    both = model([photos / "a.png", tmp_path / "a.png"])
    with pytest.raises(ValueError, match="would both be called 'a'"):
        both.save(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_plot_is_the_overlay_with_the_classes_that_occur(model):
    image = paint(np.repeat(np.repeat(MAP, 60, 0), 90, 1))
    result = model(image)
    expected = pictures.overlay(image, result.classes, CLASSES.palette)
    plain = result.plot(legend=False)
    assert plain.mode == "RGB"
    np.testing.assert_array_equal(plain, expected)
    whole = result.plot()
    np.testing.assert_array_equal(np.asarray(whole)[:120, :270], expected)
    below = np.asarray(whole)[120:].reshape(-1, 3)
    for colour in CLASSES.palette:
        assert (below == colour).all(-1).sum() >= 100, colour
    only = model(paint(np.full((20, 300), GREEN))).plot()
    below = np.asarray(only)[20:].reshape(-1, 3)
    assert not (below == CLASSES.palette[RED]).all(-1).any()


def test_a_file_gets_the_plot_and_a_folder_what_predict_writes(model, tmp_path):
    result = model(paint(MAP))
    (path,) = result.save(tmp_path / "deep/seen.png")
    np.testing.assert_array_equal(Image.open(path), result.plot())
    paths = result.save(tmp_path / "maps", "ids,entropy")
    assert [p.relative_to(tmp_path).as_posix() for p in paths] == [
        "maps/ids/image.png",
        "maps/entropy/image.png",
    ]
    np.testing.assert_array_equal(Image.open(paths[0]), MAP)
    with pytest.raises(ValueError, match="Unknown kind of output 'id'"):
        result.save(tmp_path / "maps", "id")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ValueError, match="is a file; expected a folder"):
        result.save(tmp_path / "file")


def test_a_notebook_gets_a_png_that_is_not_large(model, monkeypatch):
    monkeypatch.setattr(results, "NOTEBOOK_SIDE", 64)
    shown = model(paint(np.zeros((100, 200), int)))._repr_png_()
    picture = Image.open(io.BytesIO(shown))
    assert picture.format == "PNG"
    assert picture.width < 200
    small = Image.open(io.BytesIO(model(paint(MAP))._repr_png_()))
    np.testing.assert_array_equal(small, model(paint(MAP)).plot())


def test_a_result_says_what_it_is(model):
    assert repr(model(paint(MAP))) == (
        "Result('image', 2x3: red 50.0 %, blue 33.3 %, green 16.7 %)"
    )


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((4, 4, 3)), r"received float64 \(4, 4, 3\)"),
        (np.zeros((4, 4), np.uint8), r"received uint8 \(4, 4\)"),
        (np.zeros((4, 4, 4), np.uint8), r"received uint8 \(4, 4, 4\)"),
        (np.zeros((0, 4, 3), np.uint8), "has no pixels"),
        (Image.new("I;16", (4, 4)), "mode I;16"),
        (None, "Expected an image, a path or a list .* NoneType"),
        ([], "The list of images is empty"),
        ("nowhere.jpg", "The input 'nowhere.jpg' does not exist"),
        ("nowhere/*.jpg", "matches no image"),
    ],
)
def test_what_is_no_image_is_said(model, image, message):
    with pytest.raises(ValueError, match=message):
        model(image)


def test_a_video_s_frames_are_streamed(model, tmp_path):
    pytest.importorskip("av")
    import imageio.v3

    frames = np.stack([paint(np.full((16, 16), c)) for c in (RED, BLUE)])
    path = tmp_path / "film.mp4"
    imageio.v3.imwrite(path, frames, plugin="pyav", codec="libx264", fps=5)
    found = [next(iter(result.shares())) for result in model(path)]
    assert found == ["red", "blue"]
