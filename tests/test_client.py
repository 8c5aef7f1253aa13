"""The simulated client: a small model in whole numbers."""

from hypothesis import given
from hypothesis import strategies as st

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.roleplay import client
from coursekit.roleplay.client import Traits, divide, effects, hurt, model, moods, start, take
from coursekit.roleplay.explain import tables

CODES = st.sampled_from(sorted(THERAPIST_CODES))
PLAIN = Traits()


def withdrawn(stage: int = 1, **values: int) -> client.ClientState:
    state = start(values or None)
    hurt(state, "withdrawal")
    state.stage = stage
    return state


def confronting(stage: int = 1) -> client.ClientState:
    state = start()
    hurt(state, "confrontation")
    state.stage = stage
    return state


def test_a_fraction_is_dropped_towards_zero():
    assert [divide(n, 2) for n in (7, -7, 6, -6, 1, -1)] == [3, -3, 3, -3, 0, 0]


def test_every_code_of_the_table_is_in_the_codebook_and_has_an_effect_in_each_context():
    assert set(model()["codes"]) == set(THERAPIST_CODES)
    for context in ("calm", "withdrawal", "confrontation"):
        assert set(model()[context]) == set(THERAPIST_CODES)


def test_every_rule_names_its_source():
    assert all(text and source for text, source in model()["rules"].values())


def test_the_page_on_the_model_shows_the_table_as_it_is():
    with open("docs/the-client-model.md", encoding="utf-8") as page:
        shown = page.read()
    assert shown.endswith(tables()), "write docs/the-client-model.md anew from coursekit.roleplay.explain.tables()"


def test_felt_and_shown_part_company_in_a_deferential_client():
    state = start({"bond": 40, "collaboration": 40, "unspoken": 60})
    assert (state.felt, state.shown(Traits(deference=80))) == (28, 76)
    assert state.shown(Traits(deference=0)) == state.felt


def test_a_planned_hurt_opens_a_rupture_that_deference_hides():
    state = start()
    hurt(state, "withdrawal")
    assert (state.rupture, state.stage, state.strain, state.unspoken) == ("withdrawal", 1, 24, 22)
    assert state.felt < 30 < state.shown(Traits(deference=80))


def test_strain_of_thirty_opens_a_rupture_of_the_clients_own_style():
    state = start()
    for code in ("CONTROL", "CONTROL", "CONTROL"):
        taken = take(state, [code], Traits(style="confrontation"))
    assert taken.opened and state.rupture == "confrontation"


def test_a_repair_in_its_order_closes_the_rupture_and_leaves_a_stronger_bond():
    state = withdrawn()
    before = state.bond_before
    outcomes = [take(state, [code], PLAIN) for code in ("OWN", "INVITE", "NEED")]
    assert [each.advanced for each in outcomes] == [True, True, True]
    assert outcomes[-1].closed and state.rupture is None and state.repairs == 1
    assert state.bond >= before + 4


def test_what_comes_before_its_stage_gives_a_third():
    early, late = withdrawn(1), withdrawn(3)
    assert effects(early, ["NEED"], PLAIN).effect == (1, 0, -2, -2)
    assert effects(late, ["NEED"], PLAIN).effect == (4, 2, -7, -6)


def test_linking_hurts_early_and_helps_late():
    early, late = withdrawn(1, bond=90, collaboration=90), withdrawn(3, bond=90, collaboration=90)
    early.ruptures = late.ruptures = 2
    assert effects(early, ["LINK"], PLAIN).grade == 0
    assert effects(late, ["LINK"], PLAIN).grade == 2


def test_linking_is_refused_where_there_is_nothing_to_link():
    state = start({"bond": 90, "collaboration": 90})
    taken = take(state, ["LINK"], PLAIN)
    assert taken.link_refused and "R11" in taken.rules


def test_a_reply_that_hurts_takes_the_repair_back_a_stage():
    state = withdrawn(3)
    taken = take(state, ["DEFEND"], PLAIN)
    assert state.stage == 2 and "R4 back" in taken.rules


def test_the_same_reply_again_gives_half_but_hurts_in_full():
    state = start()
    first = effects(state, ["OPEN"], PLAIN).effect
    take(state, ["OPEN"], PLAIN)
    assert (first, effects(state, ["OPEN"], PLAIN).effect) == ((3, 3, 0, 0), (1, 1, 0, 0))
    take(state, ["DEFEND"], PLAIN)
    assert effects(state, ["DEFEND"], PLAIN).effect == tuple(model()["calm"]["DEFEND"])


def test_repairing_where_nothing_is_wrong_costs_a_little():
    assert all(effects(start(), [code], PLAIN).value < 0 for code in ("NOTICE", "OWN", "NEED"))


def test_asking_for_feedback_helps_once_in_calm():
    state = start()
    assert effects(state, ["INVITE"], PLAIN).grade == 2
    take(state, ["INVITE"], PLAIN)
    assert effects(state, ["INVITE"], PLAIN).grade == 0


def test_passing_over_a_withdrawal_adds_to_the_unspoken_and_a_confrontation_to_strain():
    quiet, loud = withdrawn(), confronting()
    assert take(quiet, ["FRAME"], PLAIN).missed and take(loud, ["FRAME"], PLAIN).missed
    assert quiet.unspoken == 22 + 1 + 4 and loud.strain == 24 + 6


def test_in_a_confrontation_naming_comes_after_hearing():
    assert effects(confronting(1), ["NOTICE"], PLAIN).value < 0
    assert client.advances(confronting(1), "OWN") and not client.advances(confronting(1), "NOTICE")


def test_the_first_two_replies_to_a_rupture_test_what_the_client_expects():
    traits, state = Traits(expects="criticism"), withdrawn()
    outcomes = [take(state, [code], traits).test for code in ("DEFEND", "OWN", "INVITE")]
    assert outcomes == ["confirm", "disconfirm", None]
    assert state.template == 70 + 6 - 4


def test_a_secondary_code_counts_half_and_brings_nothing_on():
    state = withdrawn()
    assert effects(state, ["REFL", "OWN"], PLAIN).effect == (4, 1, -6, -3)
    assert not take(state, ["REFL", "OWN"], PLAIN).advanced


def test_sensitivity_sharpens_what_hurts_and_nothing_else():
    soft, raw = start(), start()
    take(soft, ["DEFEND"], Traits(sensitivity=100))
    take(raw, ["DEFEND"], Traits(sensitivity=150))
    assert (soft.strain, raw.strain) == (6, 9)
    take(soft, ["REFL"], Traits(sensitivity=100))
    helped = start()
    take(helped, ["REFL"], Traits(sensitivity=200))
    assert helped.bond == 44


def test_a_second_hurt_makes_an_open_rupture_flare_up():
    state = withdrawn(3)
    hurt(state, "withdrawal")
    assert (state.stage, state.strain) == (1, 32)


def test_moods_follow_the_state_the_most_particular_first():
    assert moods(start()) == []
    assert moods(start({"bond": 70, "collaboration": 70})) == ["open"]
    assert moods(withdrawn(1, bond=80, collaboration=80)) == ["guarded"]
    assert moods(confronting(2)) == ["softening"]
    assert moods(confronting(4)) == ["frank", "softening"]
    assert moods(withdrawn(1, bond=10, collaboration=10)) == ["leaving", "guarded"]


def test_what_the_tests_have_shown_is_a_mood_while_nothing_is_wrong():
    traits = Traits(expects="criticism")
    confirmed, disproved = withdrawn(bond=80, collaboration=80), withdrawn(bond=80, collaboration=80)
    take(confirmed, ["DEFEND"], traits)
    for code in ("OWN", "INVITE"):
        take(disproved, [code], traits)
    assert (client.expectation(confirmed), client.expectation(disproved)) == ("confirmed", "disproved")
    assert (moods(confirmed), moods(disproved)) == (["guarded"], ["frank", "softening"])
    for state in (confirmed, disproved):
        client.after_session(state)
    assert (moods(confirmed), moods(disproved)) == (["braced", "open"], ["trusting", "open"])


def test_one_test_passed_is_not_yet_trust():
    state = withdrawn()
    take(state, ["OWN"], Traits(expects="criticism"))
    client.after_session(state)
    assert moods(state) == []


def test_the_time_between_sessions_turns_half_of_the_open_strain_into_what_is_unspoken():
    state = withdrawn()
    client.after_session(state)
    assert (state.strain, state.unspoken, state.rupture, state.stage, state.repairs) == (12, 34, None, 0, 0)


def test_between_sessions_strain_of_no_rupture_halves_and_leaves_nothing_unspoken():
    state = start()
    take(state, ["DEFEND"], PLAIN)
    unspoken = state.unspoken
    client.after_session(state)
    assert (state.strain, state.unspoken) == (3, unspoken)


def test_a_later_session_counts_invitations_links_and_repeats_anew_and_keeps_what_happened():
    state = start({"bond": 60, "template": 60})
    hurt(state, "withdrawal")
    for code in ("OWN", "INVITE", "NEED", "INVITE", "LINK"):
        take(state, [code], Traits(expects="criticism"))
    kept = (state.bond, state.collaboration, state.template, state.ruptures, state.repairs)
    client.after_session(state)
    assert (state.bond, state.collaboration, state.template, state.ruptures, state.repairs) == kept
    assert (state.invitations, state.links, state.recent, state.replies_in_rupture) == (0, 0, [], 0)
    assert (state.template_at_start, state.template_brought) == (52, 60)


def test_the_template_moves_by_ten_in_each_session():
    state = start({"template": 60})
    for _ in range(2):
        for _ in range(4):
            hurt(state, "withdrawal")
            take(state, ["OWN"], Traits(expects="criticism"))
        client.after_session(state)
    assert state.template == 40


@given(st.lists(st.tuples(CODES, CODES), max_size=40), st.lists(st.integers(0, 39), max_size=4), st.booleans())
def test_everything_stays_within_its_range_whatever_is_said(said, hurts, confronts):
    state = start()
    traits = Traits(
        style="confrontation" if confronts else "withdrawal", deference=70, sensitivity=130, expects="control"
    )
    for number, codes in enumerate(said):
        if number in hurts:
            hurt(state, "confrontation" if confronts else "withdrawal")
        take(state, list(dict.fromkeys(codes)), traits)
        numbers = (
            state.bond,
            state.collaboration,
            state.strain,
            state.unspoken,
            state.template,
            state.felt,
            state.shown(traits),
        )
        assert all(0 <= number <= 100 for number in numbers)
        assert (state.rupture is None) == (state.stage == 0) and 0 <= state.stage <= 4
        assert abs(state.template - state.template_at_start) <= 10


def test_the_markers_of_a_rupture_are_known_by_kind():
    assert {MARKERS[name].kind for name in MARKERS} == {"withdrawal", "confrontation", None}


def test_a_reply_that_brings_the_repair_on_costs_nothing_for_passing_no_test():
    traits, state = Traits(expects="criticism"), withdrawn(2)
    assert effects(state, ["OPEN"], traits) == effects(state, ["OPEN"], PLAIN)
    assert "R8 neither" in effects(state, ["REFL"], Traits(expects="caretaking")).rules
