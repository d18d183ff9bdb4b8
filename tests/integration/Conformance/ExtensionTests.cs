using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1G: resources on demand, newer fields, the less common types (duties 78–84).</summary>
public sealed class ExtensionTests(ConformanceServer server) : ConformanceTests(server)
{
    private const string Collection = "xdstp://authority/envoy.config.cluster.v3.Cluster/group/";

    [OursFact(NotInContract.Types)]
    public async Task Duty_53_A_virtual_host_is_found_by_its_alias()
    {
        Own.Worlds.Renew().Put(Make.VirtualHost("routes/web", "routes/web.example"));
        await using var stream = Proxy.Delta();

        await stream.SubscribeAsync(ResourceType.VirtualHost, "routes/web.example");

        var host = (await stream.AcceptAsync(ResourceType.VirtualHost))["routes/web"];
        host.Wrapper!.Aliases.Should().Contain("routes/web.example");
    }

    [OursFact(NotInContract.Types)]
    public async Task Duty_78_Virtual_hosts_are_given_by_name_only()
    {
        Own.Worlds.Renew().Put(Make.VirtualHost("routes/a"), Make.VirtualHost("routes/b"));
        await using var stream = Proxy.Delta();

        await stream.WatchAllAsync(ResourceType.VirtualHost);
        await BringsNothingAsync(stream);
        await stream.SubscribeAsync(ResourceType.VirtualHost, "routes/a", "routes/none");

        // Envoy goes on with a request that waits for a host only when its absence is said by an entry without a body.
        var answers = await stream.AcceptUntilAsync(a => a.Entries.Any(e => e.Body is null));
        var entries = answers.SelectMany(a => a.Entries).ToList();
        entries.Where(e => e.Body is not null).Select(e => e.Name).Should().Equal("routes/a");
        entries.Should().ContainSingle(e => e.Body == null).Which.Should().Match<AnswerEntry>(e => e.Name == "routes/none" && e.Wrapper!.Aliases.Contains("routes/none"));
        answers.Should().OnlyContain(a => a.Removed.Count == 0);
    }

    [Fact]
    public async Task Duty_79_A_cluster_on_demand_that_is_missing_is_answered_beside_a_star()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await stream.SubscribeAsync(Cds, Missing);

        (await stream.NextAsync(Cds)).Removed.Should().Equal(Missing);
    }

    [Fact]
    public async Task Duty_80_A_missing_name_is_reported_in_one_way_only()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();

        await stream.SubscribeAsync(Cds, A, Missing);

        var answer = (await stream.AcceptUntilAsync(a => a.Removed.Contains(Missing) || ErrorsOf(a).Contains(Missing)))[^1];
        ErrorsOf(answer).Should().NotIntersectWith(answer.Removed);
        await StaysSilentAsync(stream);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_81_Locators_are_ignored_safely(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);

        await (stream switch
        {
            SotwStream sotw => sotw.SendAsync(new DiscoveryRequest { TypeUrl = Cds.TypeUrl, ResourceNames = { A }, ResourceLocators = { new ResourceLocator { Name = B } } }),
            _ => ((DeltaStream)stream).SendAsync(new DeltaDiscoveryRequest { TypeUrl = Cds.TypeUrl, ResourceNamesSubscribe = { A }, ResourceLocatorsSubscribe = { new ResourceLocator { Name = B } } }),
        });

        (await stream.AcceptAsync(Cds)).Names.Should().Equal(A);
        await StaysSilentAsync(stream);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_82_A_glob_is_all_that_is_in_the_collection(Variant variant)
    {
        var world = Own.Worlds.Renew();
        world.Put(Make.Cluster(Collection + "a"), Make.Cluster("elsewhere"));
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(Cds, Collection + "*");
        (await stream.AcceptAsync(Cds)).Names.Should().Equal(Collection + "a");
        world.Put(Make.Cluster(Collection + "b"), Make.Cluster("elsewhere", 1));

        (await stream.AcceptAsync(Cds)).Names.Should().Contain(Collection + "b").And.NotContain("elsewhere");
    }

    [Fact]
    public async Task Duty_82_An_empty_glob_is_answered_as_removed()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();

        await stream.SubscribeAsync(Cds, Collection + "*");

        (await stream.NextAsync(Cds)).Removed.Should().Equal(Collection + "*");
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_83_A_rotated_secret_is_pushed_at_once(Variant variant)
    {
        var world = Own.Worlds.Renew();
        world.Put(Make.Secret("certificate", "old"));
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(ResourceType.Secret, "certificate");
        await stream.AcceptAsync(ResourceType.Secret);

        world.Put(Make.Secret("certificate", "new"));

        var rotated = await stream.AcceptAsync(ResourceType.Secret);
        rotated["certificate"].As<Secret>().GenericSecret.Secret.InlineString.Should().Be("new");
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_83_Without_TLS_no_secret_is_served(Variant variant)
    {
        await using var careful = await OwnTarget.StartAsync(new DiscoveryOptions(), new GrpcLimits());
        careful.Worlds.Renew().Put(Make.Secret("certificate"));
        using var proxy = new XdsClient(careful.GrpcAddress, "in-the-clear");

        await using var secrets = proxy.OneType(ResourceType.Secret, variant);
        await secrets.SubscribeAsync(ResourceType.Secret, "certificate");
        (await secrets.EndAsync()).Code.Should().Be(GrpcCode.PermissionDenied);

        await using var aggregated = proxy.Ads(variant);
        await aggregated.SubscribeAsync(ResourceType.Secret, "certificate");
        await careful.SettleAsync(aggregated);
        aggregated.Unread().SelectMany(a => a.Names).Should().BeEmpty();
    }

    [OursTheory(NotInContract.Types)]
    [InlineData("ecds", Variant.Sotw)]
    [InlineData("ecds", Variant.Delta)]
    [InlineData("rtds", Variant.Sotw)]
    [InlineData("rtds", Variant.Delta)]
    [InlineData("srds", Variant.Sotw)]
    [InlineData("srds", Variant.Delta)]
    public async Task Duty_84_Extensions_runtime_layers_and_scoped_routes_are_ordinary_types(string shortName, Variant variant)
    {
        var type = ResourceType.All.Single(t => t.ShortName == shortName);
        var world = Own.Worlds.Renew();
        world.Put(Make.OneOfEach("one"));
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(type, "one", "two");
        await stream.AcceptAllAsync(type, "one");

        world.Put(Make.Extension("two"), Make.Runtime("two", 2), Make.ScopedRoute("two", "one"));

        await stream.AcceptUntilAsync(a => a.Type == type && a.Names.Contains("two"));
    }

    private static IEnumerable<string> ErrorsOf(Answer answer) => ((DeltaDiscoveryResponse)answer.Message).ResourceErrors.Select(e => e.ResourceName.Name);
}
