using System.Collections.Immutable;
using XdsServer.LoadReports;
using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.SmiMetrics;
using XdsServer.Tests.Unit.LoadReports;
using XdsServer.Tests.Unit.Translators;

namespace XdsServer.Tests.Unit.SmiMetrics;

public sealed class TrafficMetricsReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EndpointLoad OnFirst = new("10.0.0.1:8080", new RequestCounts(30, 0));
    private static readonly EndpointLoad OnSecond = new("10.0.0.2:8080", new RequestCounts(60, 5));

    private static readonly ImmutableArray<ReporterLoad> Reported =
    [
        .. Loads.Once(Loads.Sidecar("client"), Now, Loads.To("web", 90, 10, endpoints: [OnFirst, OnSecond]), Loads.To("api", 5)),
        .. Loads.Once(Loads.Sidecar("client", id: "another"), Now, Loads.To("web", 10)),
        .. Loads.Once(Loads.Sidecar("batch", "other"), Now, Loads.To("web", 1)),
        .. Loads.Once(Loads.Sidecar("web"), Now, Loads.To("api", 2, 1)),
    ];

    [Theory]
    [InlineData("namespaces/demo/services", "Service demo/api 7/1", "Service demo/idle 0/0", "Service demo/web 101/10")]
    [InlineData("services", "Service demo/api 7/1", "Service demo/idle 0/0", "Service demo/web 101/10")]
    [InlineData("namespaces/demo/services/web", "Service demo/web 101/10")]
    [InlineData("namespaces/demo/services/web/edges", "Service demo/web 100/10 from Service demo/client", "Service demo/web 1/0 from Service other/batch", "Service demo/web 2/1 to Service demo/api")]
    [InlineData("namespaces/demo/services/idle/edges")]
    [InlineData("namespaces", "Namespace /demo 108/11")]
    [InlineData("namespaces/demo", "Namespace /demo 108/11")]
    [InlineData("namespaces/demo/edges", "Namespace /demo 107/11 from Namespace /demo", "Namespace /demo 1/0 from Namespace /other", "Namespace /demo 107/11 to Namespace /demo")]
    [InlineData("nodes", "Node /n1 30/0", "Node /n2 60/5")]
    [InlineData("nodes/n2/edges", "Node /n2 60/5 from Service demo/client")]
    [InlineData("namespaces/demo/deployments")]
    [InlineData("namespaces/empty/services")]
    [InlineData("namespaces/demo/trafficsplits", "TrafficSplit demo/canary 101/10 web>web:90", "TrafficSplit demo/canary 7/1 web>api:10")]
    [InlineData("namespaces/demo/trafficsplits/waiting")]
    [InlineData("namespaces/demo/trafficsplits/canary/edges", "TrafficSplit demo/canary 100/10 from Service demo/client web>web:90", "TrafficSplit demo/canary 1/0 from Service other/batch web>web:90",
        "TrafficSplit demo/canary 5/0 from Service demo/client web>api:10", "TrafficSplit demo/canary 2/1 from Service demo/web web>api:10")]
    public void A_query_is_answered(string path, params string[] expected) => Read(path)!.Select(Text).Should().Equal(expected);

    [Theory]
    [InlineData("namespaces/demo/services/gone")]
    [InlineData("namespaces/other/services/web")]
    [InlineData("namespaces/demo/pods/web-1")]
    [InlineData("namespaces/demo/trafficsplits/gone")]
    [InlineData("nodes/n3/edges")]
    public void What_does_not_exist_is_not_found(string path) => Read(path).Should().BeNull();

    [Theory]
    [InlineData("tier=front", "web")]
    [InlineData("tier==front,team", "web")]
    [InlineData("tier!=front", "api", "idle")]
    [InlineData("!tier", "api", "idle")]
    [InlineData("tier", "web")]
    [InlineData("", "api", "idle", "web")]
    public void A_label_selector_chooses_objects(string selector, params string[] names) => Read("services", selector)!.Select(i => i.Resource.Name).Should().Equal(names);

    [Theory]
    [InlineData("tier in (front)")]
    [InlineData("tier notin (front, back)")]
    public void A_selector_of_another_form_is_none(string selector) => LabelSelector.Parse(selector).Should().BeNull();

    [Theory]
    [InlineData("")]
    [InlineData("endpoints")]
    [InlineData("nodes/")]
    [InlineData("services/web")]
    [InlineData("namespaces/demo/nodes")]
    [InlineData("namespaces/demo/services/web/peers")]
    [InlineData("namespaces/demo/services/web/edges/more")]
    public void A_path_of_another_form_is_no_query(string path) => TrafficMetricsQuery.Parse(path).Should().BeNull();

    private static IReadOnlyList<TrafficItem>? Read(string path, string selector = "") =>
        TrafficMetricsReader.Read(TrafficMetricsQuery.Parse(path)!, LabelSelector.Parse(selector)!, Mesh(), TrafficFlow.Of(Reported, TimeSpan.FromSeconds(30)));

    private static MeshModel Mesh()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("tier", "front").Add("team", "blue");
        var endpoints = Meshes.Endpoints("web", "10.0.0.1", "10.0.0.2");
        endpoints = endpoints with { Endpoints = [endpoints.Endpoints[0] with { Node = "n1" }, endpoints.Endpoints[1] with { Node = "n2" }] };
        var fragment = new MeshFragment
        {
            Source = "test",
            IsSynced = true,
            Services = [Meshes.Service("api"), Meshes.Service("idle"), Meshes.Service("web") with { Labels = labels }],
            Endpoints = [endpoints],
            Splits = [Split("canary", "web"), Split("waiting", "gone")],
        };
        return MeshModel.Compose([fragment], previous: null);
    }

    private static TrafficSplit Split(string name, string root) => new()
    {
        Ref = Meshes.Ref("TrafficSplit", name),
        Revision = "1",
        Key = new ServiceKey("demo", name),
        Root = root,
        Backends = [new SplitBackend("web", 90), new SplitBackend("api", 10)],
    };

    private static string Text(TrafficItem item)
    {
        var edge = item.Peer is { } peer ? $" {(item.IsSent ? "to" : "from")} {peer.Kind} {peer.Namespace}/{peer.Name}" : "";
        var backend = item.Backend is { } b ? $" {b.Apex}>{b.Name}:{b.Weight}" : "";
        return $"{item.Resource.Kind} {item.Resource.Namespace}/{item.Resource.Name} {item.Counts.Succeeded:0}/{item.Counts.Failed:0}{edge}{backend}";
    }
}
