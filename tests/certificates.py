"""Certificates to sign with, made for one test run."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def new_key(kind: str) -> Key:
    """A private key: es256, es384, ps256 or ed25519."""
    match kind:
        case "ps256":
            return rsa.generate_private_key(65537, 2048)
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case "es384":
            return ec.generate_private_key(ec.SECP384R1())
        case _:
            return ec.generate_private_key(ec.SECP256R1())


def pem_of(key: Key) -> bytes:
    """A private key as C2PA and OpenSSL write it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def chain_for(key: Key, *, days: int = 365) -> bytes:
    """A photographer's certificate, valid so many days from yesterday, and its root; PEM."""
    above = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Test root", "Test root", above, above, days=days, root=True)
    own = _certificate("A photographer", "Test root", key, above, days=days, root=False)
    return own + root


def _certificate(name: str, issuer: str, key: Key, signer: Key, *, days: int, root: bool) -> bytes:
    begin = datetime.now(UTC) - timedelta(days=1)
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage |= {"digital_signature": not root, "key_cert_sign": root, "crl_sign": root}
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(purpose, critical=False)
        builder = builder.add_extension(above, critical=False)
    return builder.sign(signer, SHA256()).public_bytes(Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
