using System.Net;
using System.Net.Http.Headers;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1A: polling over REST with JSON (duties 11, 12).</summary>
public sealed class RestTests(ConformanceServer server) : ConformanceTests(server)
{
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithTypeRegistry(Synthetic.Registry));

    [OursTheory(NotInContract.Rest)]
    [InlineData("clusters")]
    [InlineData("endpoints")]
    [InlineData("listeners")]
    [InlineData("routes")]
    [InlineData("secrets")]
    [InlineData("runtime")]
    [InlineData("scoped-routes")]
    [InlineData("extension_configs")]
    public async Task Duty_11_Each_type_is_polled_at_a_path_of_its_own(string path)
    {
        Own.Worlds.Renew().Put(Make.OneOfEach("one"));

        var (status, answer) = await PollAsync(path, "one");

        status.Should().Be(HttpStatusCode.OK);
        answer!.Names.Should().Equal("one");
        answer.Version.Should().NotBeEmpty();
    }

    [OursFact(NotInContract.Rest)]
    public async Task Duty_11_A_version_that_is_current_is_not_sent_again()
    {
        await World.ResetAsync(3);
        var (_, first) = await PollAsync("clusters");

        var (unchanged, _) = await PollAsync("clusters", version: first!.Version);
        await World.ChangeAsync(Cds, 1, A);
        var (changed, second) = await PollAsync("clusters", version: first.Version);

        unchanged.Should().Be(HttpStatusCode.NotModified);
        changed.Should().Be(HttpStatusCode.OK);
        second![A].Value.Should().Be(1);
    }

    [OursTheory(NotInContract.Rest)]
    [InlineData("aggregated")]
    [InlineData("virtual-hosts")]
    public async Task Duty_11_There_is_no_aggregated_or_incremental_form(string path)
    {
        await World.ResetAsync(1);

        (await PollAsync(path)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [OursFact(NotInContract.Rest)]
    public async Task Duty_12_A_poll_never_waits_for_a_change()
    {
        // Envoy gives up after a second: an answer comes at once, in full or as "not modified".
        await World.ResetAsync(1000);
        var (_, first) = await PollAsync("clusters");

        for (var i = 0; i < 10; i++)
        {
            (await PollAsync("clusters", version: first!.Version)).Status.Should().Be(HttpStatusCode.NotModified);
        }
    }

    private async Task<(HttpStatusCode Status, Answer? Answer)> PollAsync(string path, string name = "", string version = "")
    {
        using var http = new HttpClient { BaseAddress = Own.RestAddress, Timeout = Deadline.Length };
        var request = new DiscoveryRequest { Node = Proxy.Node, VersionInfo = version, ResourceNames = { name.Length > 0 ? new[] { name } : [] } };
        using var body = new StringContent(JsonFormatter.Default.Format(request), new MediaTypeHeaderValue("application/json"));
        using var response = await http.PostAsync($"/v3/discovery:{path}", body);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, response.StatusCode == HttpStatusCode.OK ? Answer.From(Json.Parse<DiscoveryResponse>(text)) : null);
    }
}
