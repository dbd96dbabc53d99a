"""Pictures: wanted, painted or failed, and where everybody can see them."""

from backend.posts import post_pictures
from backend.posts.post_pictures import MOST_PROMPT, Painted, PictureState, PostPicture
from tests.support.post_stories import PostDesk
from tests.support.talks import MIRAS, OTTOS

PAINTED = Painted(b"\x89PNG bytes", "image/png", 1536, 1024)


def find(desk: PostDesk, picture_id: str) -> PostPicture:
    with desk.services.db.reading() as connection:
        found = post_pictures.find(connection, MIRAS, picture_id)
    assert found is not None
    return found


def wanted(desk: PostDesk, prompt: str = "a mug") -> str:
    return desk.services.db.write(
        post_pictures.add_wanted, MIRAS, desk.post_id or "p", prompt
    )


def test_a_picture_is_wanted_and_then_painted(desk: PostDesk) -> None:
    picture_id = wanted(desk)
    before = find(desk, picture_id)

    desk.services.db.write(post_pictures.note_painted, MIRAS, picture_id, PAINTED)

    after = find(desk, picture_id)
    assert (before.state, before.is_ready) == (PictureState.MAKING, False)
    assert (after.is_ready, after.width, after.height) == (True, 1536, 1024)
    assert after.file_name == f"flux-{picture_id}.png"
    with desk.services.db.reading() as connection:
        read = post_pictures.read_content
        assert read(connection, MIRAS, picture_id) == PAINTED.content
        assert read(connection, OTTOS, picture_id) is None
        assert post_pictures.find(connection, OTTOS, picture_id) is None


def test_one_that_failed_can_be_wanted_again(desk: PostDesk) -> None:
    picture_id = wanted(desk)

    desk.services.db.write(post_pictures.note_failed, MIRAS, picture_id, "refused")
    assert find(desk, picture_id).failure == "refused"

    desk.services.db.write(post_pictures.note_wanted_again, MIRAS, picture_id)
    again = find(desk, picture_id)
    assert (again.state, again.failure) == (PictureState.MAKING, None)


def test_where_it_is_at_shopify_is_kept_and_forgotten(desk: PostDesk) -> None:
    picture_id = wanted(desk)
    write = desk.services.db.write

    write(post_pictures.note_sending, MIRAS, picture_id)
    assert find(desk, picture_id).sending_since is not None

    write(post_pictures.note_file, MIRAS, picture_id, "gid://f/1", "https://cdn/x.png")
    kept = find(desk, picture_id)
    assert (kept.file_id, kept.url, kept.sending_since) == (
        "gid://f/1",
        "https://cdn/x.png",
        None,
    )

    write(post_pictures.note_file, MIRAS, picture_id, None, None)
    assert find(desk, picture_id).file_id is None


def test_a_products_own_picture_is_there_at_once(desk: PostDesk) -> None:
    add = post_pictures.add_of_product
    picture_id = desk.services.db.write(add, MIRAS, "p", "https://cdn/mug.jpg")

    picture = find(desk, picture_id)
    assert (picture.is_ready, picture.url) == (True, "https://cdn/mug.jpg")


def test_prompts_are_bounded_and_stay_out_of_what_is_printed(desk: PostDesk) -> None:
    picture = find(desk, wanted(desk, "secret " * 999))

    assert len(picture.prompt) == MOST_PROMPT
    assert "secret" not in repr(picture)


def test_pictures_of_a_post_are_listed_the_newest_first(desk: PostDesk) -> None:
    ids = {wanted(desk), wanted(desk)}

    with desk.services.db.reading() as connection:
        listed = post_pictures.list_of_post(connection, MIRAS, "p")
        assert {each.id for each in listed} == ids
        assert set(post_pictures.list_by_id(connection, MIRAS, ids)) == ids
        assert post_pictures.list_of_post(connection, OTTOS, "p") == []
        assert post_pictures.list_by_id(connection, OTTOS, ids) == {}
