using FsCheck;
using FsCheck.Fluent;
using XdsServer.Model;
using XdsServer.Tests.Unit.Manifests;

namespace XdsServer.Tests.Unit.Model;

public sealed class ComposeTests
{
    private static readonly ServiceKey WebKey = new("demo", "web");

    [Fact]
    public void A_service_is_joined_with_its_endpoints()
    {
        var model = MeshModel.Compose([Fragment(Service("web"))], previous: null);

        model.ServicesByKey[WebKey].Endpoints.Should().ContainSingle().Which.Endpoints[0].Ports.Should().Contain("http", 8080);
        model.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Unchanged_fragments_give_the_same_entries_and_lists()
    {
        var fragment = Fragment(Service("web"), Gateway);
        var first = MeshModel.Compose([fragment], previous: null);

        var second = MeshModel.Compose([fragment with { Problem = "x" }], first);

        second.Services.Equals(first.Services).Should().BeTrue();
        second.Routes.Equals(first.Routes).Should().BeTrue();
        second.Gateways.Equals(first.Gateways).Should().BeTrue();
        second.ServicesByKey.Should().BeSameAs(first.ServicesByKey);
    }

    [Fact]
    public void A_changed_endpoint_gives_one_new_entry()
    {
        var before = Fragment(Service("api"), Service("web"));
        var changed = Fragment(Service("web", 8081)).Endpoints[0];
        var first = MeshModel.Compose([before], previous: null);

        var second = MeshModel.Compose([before with { Endpoints = [before.Endpoints[0], changed] }], first);

        second.Services[0].Should().BeSameAs(first.Services[0]);
        second.Services[1].Should().NotBeSameAs(first.Services[1]);
        second.ServicesByKey[WebKey].Should().BeSameAs(second.Services[1]);
    }

    [Fact]
    public void Of_two_sources_with_one_service_the_first_wins_and_both_are_named()
    {
        var files = Fragment(Service("web", 1111));
        var consul = Fragment(Service("web", 2222)) with { Source = "consul" };
        consul = consul with
        {
            Services = [consul.Services[0] with { Ref = consul.Services[0].Ref with { Source = "consul" } }],
            Endpoints = [consul.Endpoints[0] with { Ref = consul.Endpoints[0].Ref with { Source = "consul" } }],
        };

        var model = MeshModel.Compose([files, consul], previous: null);

        model.ServicesByKey[WebKey].Endpoints.Should().ContainSingle().Which.Endpoints[0].Ports.Should().Contain("http", 1111);
        var diagnostic = model.Diagnostics.Should().ContainSingle().Subject;
        diagnostic.Code.Should().Be("XDS2001");
        diagnostic.Object!.Value.Source.Should().Be("consul");
        diagnostic.Message.Should().Contain("(files)");
    }

    [Fact]
    public void The_MeshConfig_in_force_stays_in_force()
    {
        const string Config = "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshConfig\nmetadata: {name: NAME}\nspec: {trustDomain: NAME.example}";
        var first = MeshModel.Compose([Fragment(Config.Replace("NAME", "old", StringComparison.Ordinal))], previous: null);

        var second = MeshModel.Compose([Fragment(Config.Replace("NAME", "new", StringComparison.Ordinal), Config.Replace("NAME", "old", StringComparison.Ordinal))], first);

        second.Config.TrustDomain.Should().Be("old.example");
        second.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(found => found.Code == "XDS2002" && found.Object!.Value.Name == "new");
    }

    [Fact]
    public void Without_a_MeshConfig_the_defaults_hold()
    {
        MeshModel.Compose([], previous: null).Config.Should().BeSameAs(MeshConfig.Default);
    }

    [Theory]
    [InlineData("XDS2003", "nobody", 80, "Create the service")]
    [InlineData("XDS2004", "web", 81, "Its ports are 80.")]
    public void A_backend_that_does_not_resolve_is_reported(string code, string service, int port, string remedy)
    {
        var gateway = Gateway.Replace("service: web, port: 80", $"service: {service}, port: {port}", StringComparison.Ordinal);

        var model = MeshModel.Compose([Fragment(Service("web"), gateway)], previous: null);

        var diagnostic = model.Diagnostics.Should().ContainSingle().Subject;
        diagnostic.Code.Should().Be(code);
        diagnostic.Remedy.Should().Contain(remedy);
        model.Routes.Should().ContainSingle();
    }

    [Fact]
    public void A_listener_whose_certificate_is_missing_is_reported()
    {
        var gateway = Gateway.Replace("protocol: http", "protocol: https, tls: {secretName: none}", StringComparison.Ordinal);

        var model = MeshModel.Compose([Fragment(Service("web"), gateway)], previous: null);

        model.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(found => found.Code == "XDS2005" && found.Field == "spec.listeners[0].tls");
    }

    [Fact]
    public void Names_that_differ_only_in_case_are_reported()
    {
        var model = MeshModel.Compose([Fragment(Service("web"), Service("Web"))], previous: null);

        model.Services.Should().HaveCount(2);
        model.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS2006");
    }

    [Fact]
    public void Endpoints_of_nothing_are_reported()
    {
        var fragment = Fragment(Service("web")) with { Services = [] };

        var model = MeshModel.Compose([fragment], previous: null);

        model.Services.Should().BeEmpty();
        model.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS2007");
    }

    [Fact]
    public void A_virtual_address_belongs_to_one_service()
    {
        var model = MeshModel.Compose([Fragment(Service("web", addresses: "10.0.0.1"), Service("api", addresses: "10.0.0.1"))], previous: null);

        model.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS2009");
    }

    [Fact]
    public void Composing_onto_any_earlier_model_gives_what_composing_from_nothing_gives()
    {
        var names = Gen.ListOf(Gen.Elements("a", "b", "c", "d"));
        var states = Gen.ListOf(names).ToArbitrary();

        Prop.ForAll(states, sequence =>
        {
            MeshModel? model = null;
            foreach (var state in sequence)
            {
                var fragment = Fragment([.. state.Distinct().Select(name => Service(name, 8000 + sequence.Count))]);
                model = MeshModel.Compose([fragment], model);
                var fresh = MeshModel.Compose([fragment], previous: null);
                model.Services.Select(entry => (entry.Service.Key, entry.Endpoints[0].Revision)).Should().Equal(fresh.Services.Select(entry => (entry.Service.Key, entry.Endpoints[0].Revision)));
                model.ServicesByKey.Keys.Should().BeEquivalentTo(fresh.ServicesByKey.Keys);
            }
        }).QuickCheckThrowOnFailure();
    }

    private const string Gateway = """
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshGateway
        metadata: {name: edge, namespace: demo}
        spec:
          listeners: [{name: web, port: 8080, protocol: http}]
          routes: [{hosts: [shop.example.com], backends: [{service: web, port: 80}]}]
        """;

    private static string Service(string name, int endpointPort = 8080, string addresses = "") => $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: {{name}}, namespace: demo}
        spec:
          addresses: [{{addresses}}]
          ports: [{name: http, port: 80, protocol: http}]
          endpoints: [{address: 127.0.0.1, port: {{endpointPort}} }]
        """;

    private static MeshFragment Fragment(params string[] documents) => ManifestReading.Read(string.Join("\n---\n", documents));
}
