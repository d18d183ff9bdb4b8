using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>The questions that SMI leaves open, by their number in docs/smi.md; golden cases of the same names show the resources.</summary>
public sealed class SplitRowTests
{
    private static readonly string Web = SmiText.Service("web") + SmiText.Service("web-v1") + SmiText.Service("web-v2");

    [Theory]
    [InlineData("web")]
    [InlineData("web.demo")]
    [InlineData("web.demo.svc")]
    [InlineData("web.demo.svc.cluster.local")]
    [InlineData("web.demo.svc.cluster.local.")]
    public void Row_1_The_root_may_be_written_in_every_form_of_its_name(string root)
    {
        var model = SmiText.Compose(Web, SmiText.Split("s", root, "web-v1: 1"));

        model.Outcome("s").Should().Match<SplitOutcome>(o => o.State == SplitState.Applied && o.Root == new ServiceKey("demo", "web"));
        model.Diagnostics.Should().BeEmpty();
    }

    [Theory]
    [InlineData("web.other.svc")]
    [InlineData("web.other.svc.cluster.local")]
    public void Row_1_The_root_is_of_the_splits_own_namespace(string root)
    {
        var model = SmiText.Compose(Web, SmiText.Split("s", root, "web-v1: 1"));

        model.Outcome("s").State.Should().Be(SplitState.LeftOut);
        SmiText.CodesOf(model).Should().Equal("XDS2101");
        model.Routes.Should().BeEmpty();
    }

    [Fact]
    public void Row_1_A_host_name_of_a_service_means_that_service()
    {
        var model = SmiText.Compose(SmiText.Service("web").Replace("spec:", "spec:\n  hosts: [shop.example.com]", StringComparison.Ordinal), SmiText.Service("web-v1"), SmiText.Split("s", "Shop.example.com", "web-v1: 1"));

        model.Outcome("s").Root.Should().Be(new ServiceKey("demo", "web"));
        model.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Row_1_A_host_that_no_service_has_becomes_a_root_with_the_shared_ports()
    {
        var both = "{name: main, port: 80, protocol: http}, {name: admin, port: 8080, protocol: http}";
        var model = SmiText.Compose(SmiText.Service("a", both), SmiText.Service("b"), SmiText.Split("s", "shop.example.com", "a: 1, b: 1"));

        var root = model.ServicesByKey[new ServiceKey("demo", "shop.example.com")].Service;
        root.Ports.Select(p => p.Port).Should().Equal(80);
        root.Hosts.Should().Equal("shop.example.com");
        model.Outcome("s").State.Should().Be(SplitState.Applied);
        SmiText.CodesOf(model).Should().Equal("XDS2110");
    }

    [Fact]
    public void Row_2_A_split_waits_for_its_root()
    {
        var model = SmiText.Compose(SmiText.Service("web-v1"), SmiText.Split("s", "web", "web-v1: 1"));

        model.Outcome("s").State.Should().Be(SplitState.Waiting);
        SmiText.CodesOf(model).Should().Equal("XDS2102");
    }

    [Fact]
    public void Row_2_A_name_that_differs_only_by_case_is_pointed_out() =>
        SmiText.Compose(Web, SmiText.Split("s", "WEB", "web-v1: 1")).Diagnostics.Should().ContainSingle().Which.Message.Should().Contain("demo/web differs only in case");

    [Fact]
    public void Row_3_The_root_may_be_its_own_backend()
    {
        var model = SmiText.Compose(Web, SmiText.Split("s", "web", "web: 9, web-v1: 1"));

        model.Outcome("s").Route!.Rules.Single().Backends.Select(b => b.Service.Name).Should().Equal("web", "web-v1");
        SmiText.CodesOf(model).Should().Equal("XDS2108");
    }

    [Fact]
    public void Row_5_A_missing_backend_is_reported_when_it_has_a_weight()
    {
        var model = SmiText.Compose(Web, SmiText.Split("s", "web", "web-v1: 1, later: 0, gone: 1, web-v2.other.svc: 1"));

        model.Outcome("s").State.Should().Be(SplitState.Applied);
        model.Diagnostics.Select(d => (d.Code, d.Field)).Should().Equal(("XDS2103", "spec.backends[2]"), ("XDS2103", "spec.backends[3]"));
    }

    [Fact]
    public void Row_7_All_weights_zero_is_worth_a_warning() =>
        SmiText.CodesOf(SmiText.Compose(Web, SmiText.Split("s", "web", "web-v1: 0, web-v2: 0"))).Should().Equal("XDS1504");

    [Theory]
    [InlineData("", "", "a")]
    [InlineData(", creationTimestamp: '2026-02-01T00:00:00Z'", ", creationTimestamp: '2026-01-01T00:00:00Z'", "b")]
    [InlineData(", creationTimestamp: '2026-01-01T00:00:00Z'", ", creationTimestamp: '2026-02-01T00:00:00Z'", "a")]
    [InlineData("", ", creationTimestamp: '2026-02-01T00:00:00Z'", "b")]
    public void Row_8_Of_two_splits_the_older_wins_and_else_the_first_by_name(string ageOfA, string ageOfB, string winner)
    {
        var model = SmiText.Compose(Web, SmiText.Split("a", "web", "web-v1: 1", metadata: ageOfA), SmiText.Split("b", "web", "web-v2: 1", metadata: ageOfB));

        model.Smi.Splits.Where(s => s.State == SplitState.Applied).Select(s => s.Split.Key.Name).Should().Equal(winner);
        SmiText.CodesOf(model).Should().Equal("XDS2107");
    }

    [Fact]
    public void Row_8_When_the_winner_goes_the_other_takes_over()
    {
        var model = SmiText.Compose(Web, SmiText.Split("b", "web", "web-v2: 1"));

        model.Outcome("b").State.Should().Be(SplitState.Applied);
    }

    [Fact]
    public void Row_8_Splits_with_matches_all_apply_before_the_one_without()
    {
        var model = SmiText.Compose(
            Web,
            SmiText.Group("g", "{name: a, headers: {x: y}}"),
            SmiText.Split("a", "web", "web-v1: 1"),
            SmiText.Split("b", "web", "web-v2: 1", more: "  matches: [{kind: HTTPRouteGroup, name: g}]"),
            SmiText.Split("c", "web", "web-v2: 1", more: "  matches: [{kind: HTTPRouteGroup, name: g, apiGroup: specs.smi-spec.io}]"));

        model.Smi.Splits.OrderBy(s => s.Route!.Order).Select(s => s.Split.Key.Name).Should().Equal("b", "c", "a");
        model.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Row_9_A_split_whose_group_is_missing_has_no_effect()
    {
        var model = SmiText.Compose(Web, SmiText.Group("g", "{name: a}"), SmiText.Split("s", "web", "web-v1: 1", more: "  matches: [{kind: HTTPRouteGroup, name: g}, {kind: HTTPRouteGroup, name: gone}]"));

        model.Outcome("s").State.Should().Be(SplitState.LeftOut);
        SmiText.CodesOf(model).Should().Equal("XDS2106");
    }

    [Theory]
    [InlineData("web-v1: 1", "web: 1", Severity.Warning)]
    [InlineData("web-v1: 1", "web-v2: 1", Severity.Info)]
    public void Row_10_The_split_of_a_backend_is_not_followed(string ofWeb, string ofBackend, Severity severity)
    {
        var model = SmiText.Compose(Web, SmiText.Split("s", "web", ofWeb), SmiText.Split("t", "web-v1", ofBackend));

        model.Smi.Splits.Should().OnlyContain(s => s.State == SplitState.Applied);
        model.Outcome("s").Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(d => d.Code == "XDS2109" && d.Severity == severity);
    }

    [Fact]
    public void Row_10_A_long_circle_is_seen_and_ends()
    {
        var services = string.Concat(Enumerable.Range(0, 200).Select(i => SmiText.Service($"s{i}")));
        var circle = string.Concat(Enumerable.Range(0, 200).Select(i => SmiText.Split($"t{i}", $"s{i}", $"s{(i + 1) % 200}: 1")));

        SmiText.Compose(services, circle).Diagnostics.Should().HaveCount(200).And.OnlyContain(d => d.Code == "XDS2109" && d.Severity == Severity.Warning);
    }

    [Fact]
    public void Row_11_Ports_go_by_number()
    {
        var model = SmiText.Compose(
            SmiText.Service("web", "{name: main, port: 80, protocol: http}, {name: admin, port: 8080, protocol: http}, {name: metrics, port: 9090, protocol: http}"),
            SmiText.Service("web-v1", "{name: main, port: 80, protocol: http}, {name: other, port: 8080, protocol: http}"),
            SmiText.Service("web-v2"),
            SmiText.Split("s", "web", "web-v1: 1, web-v2: 1"));

        model.Diagnostics.Select(d => d.Code).Should().Equal("XDS2104", "XDS2105");
    }

    [Fact]
    public void Row_14_Another_root_in_place_leaves_nothing_of_the_old_one()
    {
        var before = SmiText.Compose(Web, SmiText.Split("s", "web", "web-v1: 1"));
        var after = MeshModel.Compose([Manifests.ManifestReading.Read(Web + SmiText.Split("s", "web-v2", "web-v1: 1"))], before);

        after.Routes.Single().Parents.Should().Equal(new RouteParent.OfService(new ServiceKey("demo", "web-v2"), 0));
    }
}
