using System.Text;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using XdsServer.Discovery;
using XdsServer.Rest;
using XdsServer.Tests.Unit.Discovery;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Rest;

public sealed class RestServerTests
{
    private const string Clusters = "/v3/discovery:clusters";
    private const string Request = """{"node":{"id":"node-1","unknown_field":1}}""";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(MessageTypes.Files)));

    private readonly FakeGroups _groups = new();
    private readonly RestServer _server;

    public RestServerTests()
    {
        _server = new RestServer(AdsClient.ServerOf(_groups, TimeProvider.System, new DiscoveryOptions { FetchPatience = TimeSpan.FromMilliseconds(1) }));
        _groups.Snapshot.Publish(World.Snapshot(World.Cluster("a"), World.Cluster("b"), World.Endpoint("a")));
    }

    [Fact]
    public async Task Poll_is_answered_with_the_full_state()
    {
        var (status, body) = await PostAsync(Clusters, Request);

        status.Should().Be(200);
        var response = Parser.Parse<DiscoveryResponse>(body);
        response.Resources.Should().HaveCount(2);
        response.ControlPlane.Identifier.Should().Be("xds-control-plane");
        response.VersionInfo.Should().HaveLength(16);
        _groups.Members.Should().Be(0);
    }

    [Fact]
    public async Task Current_version_is_answered_with_304()
    {
        var version = Parser.Parse<DiscoveryResponse>((await PostAsync(Clusters, Request)).Body).VersionInfo;

        var (status, body) = await PostAsync(Clusters, $$"""{"node":{"id":"node-1"},"versionInfo":"{{version}}"}""");

        status.Should().Be(304);
        body.Should().BeEmpty();
    }

    [Fact]
    public async Task Named_resources_are_answered_as_far_as_they_exist()
    {
        var (_, body) = await PostAsync("/v3/discovery:endpoints", """{"node":{"id":"node-1"},"resource_names":["a","missing"]}""");

        Parser.Parse<DiscoveryResponse>(body).Resources.Should().HaveCount(1);
    }

    [Theory]
    [InlineData("/v3/discovery:nothing", Request, 404)]
    [InlineData(Clusters, "{", 400)]
    [InlineData(Clusters, "[]", 400)]
    [InlineData(Clusters, "{}", 400)]
    [InlineData(Clusters, """{"node":{"id":"stranger"}}""", 400)]
    [InlineData("/v3/discovery:secrets", Request, 403)]
    public async Task Errors_are_json_with_a_message(string path, string body, int expected)
    {
        var (status, text) = await PostAsync(path, body);

        status.Should().Be(expected);
        text.Should().Contain("\"message\":");
    }

    [Fact]
    public async Task Before_the_first_configuration_the_service_is_unavailable()
    {
        var empty = new RestServer(AdsClient.ServerOf(new FakeGroups(), TimeProvider.System, new DiscoveryOptions { FetchPatience = TimeSpan.FromMilliseconds(1) }));

        (await PostAsync(Clusters, Request, empty)).Status.Should().Be(503);
    }

    private async Task<(int Status, string Body)> PostAsync(string path, string body, RestServer? server = null)
    {
        using var answer = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = path;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Response.Body = answer;
        await (server ?? _server).InvokeAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
