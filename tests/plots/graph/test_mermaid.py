"""A graph as a flowchart of Mermaid: every node and use once, and nothing that it could take for its own."""

import re

from helpers.drawn import node_of, one_batch, small_graphs

from minidann.plots.graph import GraphDisplay
from minidann.probe import probe


def test_mermaid_has_each_node_and_use_once():
    losses, network = one_batch("moons")
    moons = GraphDisplay.from_loss(losses, network, probe(losses, network))
    first, *lines = moons.mermaid().splitlines()
    assert first == "flowchart TB"
    nodes = [line for line in lines if ":::" in line]
    uses = [re.fullmatch(r'    n(\d+) -->(?:\|"[^"]+"\|)? n(\d+)', line) for line in lines if "-->" in line]
    assert len(nodes) == len(moons.nodes)
    assert [tuple(map(int, use.groups())) for use in uses] == [
        (source, i) for i, node in enumerate(moons.nodes) for source in node.inputs
    ]
    (reversal,) = [line for line in nodes if line.endswith(":::reversal")]
    assert re.fullmatch(r'    n\d+\{\{"GradientReversal<br/>× −0\.32<br/>128×16"\}\}:::reversal', reversal)
    assert any(re.match(r"    classDef reversal fill:#\w{6},stroke:#\w{6}", line) for line in lines)
    # what arrives by two arrows together stands in the box, for neither arrow carries it alone
    (fork,) = [line for line in nodes if "Tanh 2" in line]
    assert "L_d" in fork
    assert not any(line.startswith(f"    n{node_of(moons, 'Tanh 2')} -->|") for line in lines)


def test_mermaid_escapes_what_means_something_in_a_label():
    losses, names = small_graphs()["names that mean something"]
    text = GraphDisplay.from_loss(losses, names).mermaid()
    assert '["w_$x$ #60;#34;#38;#62;<br/>3"]' in text
    for line in text.splitlines():
        for label in re.findall(r'"([^"]*)"', line):
            assert not re.search(r"[<>&`]", label.replace("<br/>", ""))
