"""Keys of elliptic curves, as `openssl` writes them."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def write_keys(folder, curve=None):
    """A pair key.pem and pub.pem."""
    private = ec.generate_private_key(curve or ec.SECP256R1())
    folder.mkdir(exist_ok=True)
    (folder / "key.pem").write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    (folder / "pub.pem").write_bytes(
        private.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
    )
    return folder
