"""The client against the protocol test server (not TensorFlow Serving)."""

import json
import socket
import time

import numpy as np
import pytest
import toy_segmenter
from PIL import Image
from toy_saved_model import write_toy_saved_model

grpc = pytest.importorskip("grpc")
pytest.importorskip("tensorflow_serving")

from protocol_server import ProtocolServer  # noqa: E402

from tf_advseg.base.checks import DataError  # noqa: E402
from tf_advseg.commands import client as client_command  # noqa: E402
from tf_advseg.export import client as remote  # noqa: E402
from tf_advseg.export.serving import signatures  # noqa: E402
from tf_advseg.settings.client import ClientSettings  # noqa: E402

MAP = np.array([[0, 0, 1], [2, 2, 1]], np.uint8)
UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
PROTOCOLS = ("grpc", "http")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy") / "saved"
    server = ProtocolServer(write_toy_saved_model(folder))
    server.saved_model = folder
    yield server
    server.stop()


@pytest.fixture
def server(running):
    running.faults, running.delay, running.spoil = [], 0.0, None
    running.num_requests = running.peak = 0
    running.deadlines.clear()
    return running


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "my photos"
    (folder / "straße").mkdir(parents=True)
    Image.fromarray(toy_segmenter.paint(MAP)).save(folder / "straße/ein.png")
    return folder


def _address(server, protocol):
    port = server.rest_port if protocol == "http" else server.grpc_port
    return f"{protocol}://127.0.0.1:{port}"


def _run(running, photos, protocol="grpc", **options):
    report, out = [], photos.parent / "out"
    options = {
        "server": _address(running, protocol),
        "class_table": str(running.saved_model),
        "save": "ids,classes,overlay",
        **options,
    }
    settings = ClientSettings(
        **{"input": str(photos), "out": str(out), **options}
    )
    return client_command.run(settings, report.append), out, report


def _ids(path):
    with Image.open(path) as picture:
        return np.array(picture).tolist()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_images_become_class_maps_and_overlays(server, photos, protocol):
    status, out, report = _run(server, photos, protocol)
    assert status == 0
    assert report[0] == f"Predicted 1 images into {out}."
    assert _ids(out / "ids/straße/ein.png") == MAP.tolist()
    assert _ids(out / "classes/straße/ein.png") == MAP.tolist()
    assert np.shape(_ids(out / "overlay/straße/ein.jpg")) == (2, 3, 3)
    summary = json.loads((out / "predictions.json").read_text())
    assert summary["classes"][2]["name"] == "blue"
    # Pure colours: softmax of (10, 0, 0), its entropy over log 3 by hand is
    # 10 p0' + log(1 + 2 e^-10) with p0' = 2 e^-10 / (1 + 2 e^-10): 9.1e-4.
    assert summary["mean_entropy"] == pytest.approx(9.09e-4, rel=0.01)


def test_entropies_come_over_grpc(server, photos):
    status, out, _ = _run(server, photos, save="ids,entropy", class_table="")
    assert status == 0
    assert _ids(out / "ids/straße/ein.png") == MAP.tolist()
    assert not np.any(_ids(out / "entropy/straße/ein.png"))
    with pytest.raises(ValueError, match="needs gRPC"):
        _run(server, photos, "http", save="entropy")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_outputs_have_the_size_of_the_upright_image(server, photos, protocol):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Image.fromarray(np.rot90(toy_segmenter.paint(MAP)))
    turned.save(photos / "turned.png", exif=exif)
    _, out, _ = _run(server, photos, protocol)
    assert _ids(out / "ids/turned.png") == MAP.tolist()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_busy_server_is_asked_again(server, photos, protocol, monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    server.faults = [UNAVAILABLE] * 3
    status, out, _ = _run(server, photos, protocol, retries=3)
    assert status == 0
    assert server.num_requests == 4
    assert _ids(out / "ids/straße/ein.png") == MAP.tolist()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_server_that_stays_busy_ends_the_run(server, photos, protocol):
    server.faults = [UNAVAILABLE] * 9
    with pytest.raises(remote.UnavailableError, match="is not available"):
        _run(server, photos, protocol, retries=1)
    assert server.num_requests == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_server_that_is_not_there_is_named(server, photos, protocol):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"{protocol}://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(remote.UnavailableError, match=f"^{address} is not"):
        _run(server, photos, **{"server": address, "retries": 0})


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "wrong", [{"model_name": "night"}, {"model_version": 7}]
)
def test_a_model_that_is_not_served_ends_the_run_at_once(
    server, photos, protocol, wrong
):
    with pytest.raises(remote.ServerError, match="Servable not found"):
        _run(server, photos, protocol, **wrong)
    assert server.num_requests == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bad_images_are_named_skipped_and_counted(server, photos, protocol):
    (photos / "text.jpg").write_bytes(b"hello")
    (photos / "empty.png").write_bytes(b"")
    status, out, report = _run(server, photos, protocol)
    assert status == 3
    assert report[1].startswith(f"{photos}: ")
    assert report[1].endswith(" files taken; none left out.")
    assert report[3] == "Skipped 2:"
    assert "empty.png" in report[4] and "text.jpg" in report[5]
    # They were not even sent.
    assert server.num_requests == 1
    skipped = json.loads((out / "predictions.json").read_text())["skipped"]
    assert set(skipped) == {"empty", "text"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_image_that_the_server_refuses_is_skipped(server, photos, protocol):
    server.faults = [grpc.StatusCode.INVALID_ARGUMENT]
    status, _, report = _run(server, photos, protocol)
    assert status == 3
    assert "ein.png" in report[-1] and "made to fail" in report[-1]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_slow_answer_is_not_waited_for(server, photos, protocol):
    server.delay = 1.0
    start = time.monotonic()
    status, _, report = _run(server, photos, protocol, timeout=0.2)
    assert status == 3
    assert "no answer within 0.2 s" in report[-1]
    assert time.monotonic() - start < 1.0
    time.sleep(1.0)  # The server must be free again for the next test.


def test_the_deadline_travels_with_the_request(server, photos):
    _run(server, photos, timeout=17.0)
    # gRPC adds the milliseconds that it may lose on the way.
    assert 10 < server.deadlines[0] < 18


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_more_requests_are_under_way_than_allowed(server, photos, protocol):
    for index in range(8):
        picture = Image.fromarray(toy_segmenter.paint(MAP))
        picture.save(photos / f"{index}.png")
    server.delay = 0.1
    status, out, _ = _run(server, photos, protocol, concurrency=3)
    assert status == 0
    assert server.peak == 3
    assert len(list((out / "ids").rglob("*.png"))) == 9


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_answer_larger_than_allowed_is_refused(server, photos, protocol):
    noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)
    Image.fromarray(noise).save(photos / "noise.png")
    status, out, report = _run(server, photos, protocol, max_answer_mb=0.001)
    assert status == 3
    assert "noise.png" in report[-1]
    assert (out / "ids/straße/ein.png").exists()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_model_without_our_signature_ends_the_run_at_once(
    server, photos, protocol, monkeypatch
):
    monkeypatch.setattr(server, "outputs", lambda: {"png": ["class_map"]})
    with pytest.raises(remote.ServerError, match=r"it has png \(class_map\)"):
        _run(server, photos, protocol)
    assert server.num_requests == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_answer_without_a_batch_ends_the_run(server, photos, protocol):
    server.spoil = lambda outputs: {k: v[:0] for k, v in outputs.items()}
    with pytest.raises(remote.ServerError, match="without a batch"):
        _run(server, photos, protocol)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_answer_that_is_no_class_map_ends_the_run(server, photos, protocol):
    server.spoil = lambda outputs: {
        **outputs,
        "class_map_png_bytes": np.array([b"GIF89a"], object),
    }
    with pytest.raises(remote.ServerError, match="no grey PNG"):
        _run(server, photos, protocol)


def test_signatures_answer_alike_over_both_protocols(server):
    image = np.random.default_rng(1).integers(0, 256, (5, 7, 3), np.uint8)
    found = []
    for protocol in PROTOCOLS:
        address = remote.parse_address(_address(server, protocol))
        service = remote.connect(address, "tf_advseg")
        for name in (signatures.UINT8_SIGNATURE, signatures.SCORES_SIGNATURE):
            outputs = signatures.SIGNATURES[name][1]
            answer = service.predict(name, image, outputs)
            found.append(np.asarray(answer["classes"]).tolist())
        service.close()
    assert found == [image.argmax(-1).tolist()] * 4


def test_without_names_only_ids_can_be_saved(server, photos):
    with pytest.raises(ValueError, match="give --class_table"):
        _run(server, photos, class_table="")
    assert _run(server, photos, class_table="", save="ids")[0] == 0


def test_a_video_is_refused(server, photos):
    (photos.parent / "a.mp4").write_bytes(b"")
    with pytest.raises(DataError, match="is a video"):
        _run(server, photos, input=str(photos.parent / "a.mp4"))
