"""Pictures and PDFs, as phones, scanners and attackers make them."""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

SECRET = b"Asha of 4th Cross"


def film(size: tuple[int, int] = (300, 400), mode: str = "RGB", colour: object = "grey", kind: str = "JPEG", **options: object) -> bytes:
    made = BytesIO()
    Image.new(mode, size, colour).save(made, kind, **options)  # type: ignore[arg-type]
    return made.getvalue()


def with_a_place() -> bytes:
    """A JPEG with all that cameras write beside a picture: where, when, with what, in whose words; and that is to be turned."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Artist], exif[Base.Orientation] = "Camera", SECRET.decode(), 6
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (12.0, 58.0, 17.0)})
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
    return film((300, 200), exif=exif.tobytes(), comment=SECRET, xmp=xmp, icc_profile=SECRET * 20) + SECRET


def png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET.decode())
    return film(kind="PNG", pnginfo=words)


def bomb(side: int = 30_000) -> bytes:
    """A small PNG that says it is enormous."""
    return film((side, side), "1", 0, "PNG")


def pdf(pages: int = 1) -> bytes:
    return _pdf(pages, {})


def pdf_with_a_photo(jpeg: bytes, *, deflated: bool = False) -> bytes:
    """A page with a photo in a form, and notes about both beside them, as scanners' and office programs write it."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    photo = _stream(jpeg, "/Image", Filter=NameObject("/DCTDecode"), DecodeParms=_dictionary(ColorTransform=NumberObject(1)))
    if deflated:
        photo = photo.flate_encode()
    notes = writer._add_object(_stream(SECRET, "/XML", Type=NameObject("/Metadata")))
    photo[NameObject("/Metadata")] = notes
    parts = _dictionary(Author=TextStringObject(SECRET.decode()))
    form = _stream(b"/Photo Do", "/Form", Metadata=notes, PieceInfo=parts, LastModified=TextStringObject("D:19990101"))
    form[NameObject("/Resources")] = _dictionary(XObject=_dictionary(Photo=writer._add_object(photo)))
    page[NameObject("/Resources")] = _dictionary(XObject=_dictionary(Form=writer._add_object(form)), Metadata=notes)
    page[NameObject("/LastModified")] = TextStringObject("D:19990101")
    return _written(writer)


def _stream(content: bytes, subtype: str, **more: object) -> StreamObject:
    made = StreamObject()
    made.set_data(content)
    made.update(_dictionary(Subtype=NameObject(subtype), **more))
    return made


def _dictionary(**values: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def scripted_pdf() -> bytes:
    """A script that runs when the file is opened, a link, an attachment, and the author's name."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.root_object[NameObject("/OpenAction")] = _script()
    writer.add_annotation(0, Link(rect=(1, 1, 50, 50), url="https://elsewhere.example/"))
    writer.add_attachment("more.exe", b"MZ")
    writer.add_metadata({"/Author": SECRET.decode()})
    return _written(writer)


def pdf_with_a_script_in_its_page() -> bytes:
    """Hidden among what a page is drawn with, where it cannot be left behind."""
    return _pdf(1, {"/Properties": _script()})


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def _script() -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")})


def _pdf(pages: int, resources: Mapping[str, DictionaryObject]) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(200, 200)
        if resources:
            page[NameObject("/Resources")] = DictionaryObject({NameObject(name): value for name, value in resources.items()})
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
