using XdsServer.Model;
using XdsServer.Tests.Unit.Manifests;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>What a change of a split touches: the routes, and nothing that proxies would have to warm or drain for.</summary>
public sealed class SplitChangeTests
{
    private static readonly string Services = SmiText.Service("web") + SmiText.Service("web-v1") + SmiText.Service("web-v2")
        + SmiText.Service("db", "{name: main, port: 5432, protocol: tcp}");

    [Fact]
    public void Another_weight_changes_the_routes_and_no_cluster_endpoint_or_listener()
    {
        var before = SmiText.Compose(Services, SmiText.Split("s", "web", "web-v1: 100, web-v2: 0"));
        var after = MeshModel.Compose([ManifestReading.Read(Services + SmiText.Split("s", "web", "web-v1: 90, web-v2: 10"))], before);
        var first = SmiText.Translate(before);
        var second = SmiText.Translate(after, first);

        Versions(second, ResourceType.Cluster).Should().Equal(Versions(first, ResourceType.Cluster));
        Versions(second, ResourceType.Endpoint).Should().Equal(Versions(first, ResourceType.Endpoint));
        Versions(second, ResourceType.Listener).Should().Equal(Versions(first, ResourceType.Listener));
        Versions(second, ResourceType.Route).Should().NotEqual(Versions(first, ResourceType.Route));
    }

    [Fact]
    public void A_backend_at_weight_zero_is_named_by_the_routes_already()
    {
        var translation = SmiText.Translate(SmiText.Compose(Services, SmiText.Split("s", "web", "web-v1: 100, web-v2: 0")));

        SmiText.Find(translation, ResourceType.Route, "egress").References.Should().Contain(new ResourceName(ResourceType.Cluster, "demo/web-v2/main"));
    }

    [Fact]
    public void A_change_of_a_split_of_http_keeps_the_layer_of_tcp_listeners()
    {
        var before = SmiText.Compose(Services, SmiText.Split("s", "web", "web-v1: 1"));
        var first = SmiText.Translate(before);
        var fragment = ManifestReading.Read(Services) with { Splits = [before.Smi.Splits[0].Split with { Revision = "other", Backends = [new("web-v2", 1)] }] };
        var kept = fragment with { Services = [.. before.Services.Select(s => s.Service)], Endpoints = [.. before.Services.SelectMany(s => s.Endpoints)] };
        var second = SmiText.Translate(MeshModel.Compose([kept], before), first);

        var (old, now) = (first.Snapshots[SmiText.Sidecar].Layers, second.Snapshots[SmiText.Sidecar].Layers);
        now[0].Should().BeSameAs(old[0], "clusters do not depend on splits");
        now[1].Should().NotBeSameAs(old[1], "the routes do");
        now[2].Should().BeSameAs(old[2], "no TCP service is split");
    }

    [Fact]
    public void What_did_not_change_is_the_same_instance_afterwards()
    {
        var fragment = ManifestReading.Read(Services + SmiText.Split("s", "web", "web-v1: 1") + SmiText.Split("t", "web-v1", "web-v2: 1"));
        var before = MeshModel.Compose([fragment], previous: null);
        var endpoints = fragment.Endpoints.SetItem(0, fragment.Endpoints[0] with { Revision = "other" });

        var moved = MeshModel.Compose([fragment with { Endpoints = endpoints }], before);
        var changed = MeshModel.Compose([fragment with { Splits = fragment.Splits.SetItem(0, fragment.Splits[0] with { Revision = "other" }) }], before);

        moved.Smi.Should().BeSameAs(before.Smi, "endpoints are not its business");
        moved.Routes.Should().Equal(before.Routes, ReferenceEquals);
        changed.Outcome("t").Route.Should().BeSameAs(before.Outcome("t").Route);
        changed.Outcome("s").Route.Should().NotBeSameAs(before.Outcome("s").Route);
    }

    [Fact]
    public void Resources_name_the_split_and_its_groups()
    {
        var translation = SmiText.Translate(SmiText.Compose(
            Services, SmiText.Group("g", "{name: a, pathRegex: /a}"), SmiText.Split("s", "web", "web-v1: 1", more: "  matches: [{kind: HTTPRouteGroup, name: g}]"), SmiText.Split("d", "db", "db: 1")));

        SmiText.Find(translation, ResourceType.Route, "egress").Origins.Select(o => $"{o.Kind} {o.Name}").Should().Contain(["TrafficSplit s", "HTTPRouteGroup g"]);
        SmiText.Find(translation, ResourceType.Listener, "demo/db/main").Origins.Select(o => $"{o.Kind} {o.Name}").Should().Equal("MeshService db", "TrafficSplit d");
    }

    [Fact]
    public void Ten_thousand_splits_are_all_applied()
    {
        const int Count = 10_000;
        var template = SmiText.Compose(Services, SmiText.Split("s", "web", "web-v1: 1"));
        var (service, split) = (template.ServicesByKey[new ServiceKey("demo", "web")].Service, template.Smi.Splits[0].Split);
        ServiceKey Key(int i) => new("demo", $"s{i % Count:00000}");
        var fragment = new MeshFragment
        {
            Source = "files",
            IsSynced = true,
            Services = [.. Enumerable.Range(0, Count).Select(i => service with { Key = Key(i), Ref = service.Ref with { Name = Key(i).Name } })],
            Splits = [.. Enumerable.Range(0, Count).Select(i => split with
            {
                Key = Key(i),
                Ref = split.Ref with { Name = Key(i).Name },
                Root = Key(i).Name,
                Backends = [new(Key(i).Name, 99999), new(Key(i + 1).Name, 1), new(Key(i + 2).Name, 0)],
            })],
        };

        var model = MeshModel.Compose([fragment], previous: null);
        var translation = SmiText.Translate(model);

        model.Smi.Splits.Should().HaveCount(Count);
        model.Smi.Splits.Count(s => s.Route is null).Should().Be(0);
        SmiText.Find(translation, ResourceType.Route, "egress").References.Length.Should().Be(Count);
    }

    private static IEnumerable<string> Versions(Translation translation, ResourceType type) =>
        translation.Snapshots[SmiText.Sidecar].Layers.SelectMany(l => l[type].Sorted).Select(r => $"{r.Name} {r.Version}");
}
