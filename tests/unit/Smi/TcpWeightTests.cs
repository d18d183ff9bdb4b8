using XdsServer.Model;
using XdsServer.Tests.Unit.Manifests;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>A mesh without any HTTP service.</summary>
public sealed class TcpWeightTests
{
    [Fact]
    public void Another_weight_of_TCP_changes_the_listener()
    {
        var services = string.Concat(((string[])["v1", "v2", "zdb"]).Select(n => SmiText.Service(n, "{name: main, port: 5432, protocol: tcp}")));
        var before = SmiText.Compose(services, SmiText.Split("s", "zdb", "v1: 1, v2: 0"));
        var first = SmiText.Translate(before);
        var read = ManifestReading.Read(services + SmiText.Split("s", "zdb", "v1: 0, v2: 1"));
        var after = MeshModel.Compose([read with { Services = [.. before.Services.Select(s => s.Service)] }], before);
        var second = SmiText.Translate(after, first);
        SmiText.Find(second, ResourceType.Listener, "demo/zdb/main").Version.Should().NotBe(SmiText.Find(first, ResourceType.Listener, "demo/zdb/main").Version);
    }
}
