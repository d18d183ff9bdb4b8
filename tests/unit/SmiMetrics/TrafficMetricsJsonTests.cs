using System.Text.Json.Nodes;
using XdsServer.LoadReports;
using XdsServer.SmiMetrics;

namespace XdsServer.Tests.Unit.SmiMetrics;

public sealed class TrafficMetricsJsonTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 30, 0, TimeSpan.FromHours(1));
    private static readonly ResourceRef Web = new("Service", "demo", "web");

    [Fact]
    public void An_object_has_the_form_of_the_specification()
    {
        var item = new TrafficItem(Web, IsSent: true, new ResourceRef("Service", "demo", "api"), Backend: null, new RequestCounts(99.6, 2));

        TrafficMetricsJson.Object(item, Now, TimeSpan.FromSeconds(30)).ToJsonString().Should().Be(Flat("""
            {"kind":"TrafficMetrics","apiVersion":"metrics.smi-spec.io/v1alpha1","metadata":{"name":"web","namespace":"demo","creationTimestamp":"2026-01-01T11:30:00Z"},
            "resource":{"kind":"Service","namespace":"demo","name":"web"},"edge":{"direction":"to","side":"client","resource":{"kind":"Service","namespace":"demo","name":"api"}},
            "timestamp":"2026-01-01T11:30:00Z","window":"30s","metrics":[{"name":"success_count","value":"100"},{"name":"failure_count","value":"2"}]}
            """));
    }

    [Fact]
    public void Everybody_is_an_empty_reference_and_a_split_names_its_backend()
    {
        var item = new TrafficItem(new ResourceRef("TrafficSplit", "demo", "canary"), IsSent: false, Peer: null, new BackendShare("web", "web-v1", 90), default);

        var json = TrafficMetricsJson.Object(item, Now, TimeSpan.FromSeconds(30));

        json["edge"]!.ToJsonString().Should().Be("""{"direction":"from","side":"client","resource":{}}""");
        json["backend"]!.ToJsonString().Should().Be("""{"apex":"web","name":"web-v1","weight":90}""");
    }

    [Theory]
    [InlineData(30, "30s")]
    [InlineData(0.5, "0.5s")]
    [InlineData(90, "1m30s")]
    [InlineData(3600, "1h0m0s")]
    public void Times_are_written_as_in_Go(double seconds, string text) => TrafficMetricsJson.Duration(TimeSpan.FromSeconds(seconds)).Should().Be(text);

    [Fact]
    public void Discovery_lists_every_resource_of_the_specification_and_its_edges()
    {
        var resources = TrafficMetricsJson.ResourceList()["resources"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()).ToList();

        string[] expected =
            ["namespaces", "nodes", "pods", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "statefulsets", "jobs", "trafficsplits"];
        resources.Should().BeEquivalentTo(expected.Concat(expected.Select(e => e + "/edges")));
    }

    [Fact]
    public void The_group_has_one_version_which_is_preferred()
    {
        var group = TrafficMetricsJson.ApiGroup();

        group["versions"]!.AsArray().Should().ContainSingle();
        group["preferredVersion"]!["groupVersion"]!.GetValue<string>().Should().Be("metrics.smi-spec.io/v1alpha1");
        TrafficMetricsJson.GroupList()["groups"]!.AsArray().Should().ContainSingle();
    }

    private static string Flat(string json) => JsonNode.Parse(json)!.ToJsonString();
}
