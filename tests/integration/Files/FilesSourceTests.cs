using XdsServer.Model;
using XdsServer.Sources.Files;

namespace XdsServer.Tests.Integration.Files;

public sealed class FilesSourceTests : IDisposable
{
    private readonly FolderOfManifests _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_written_in_place_is_read_again()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(Options());
        var first = await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8081));

        var second = await source.WaitForAsync(fragment => PortOf(fragment, "web") == 8081);
        second.Services[0].Should().BeSameAs(first.Services[0]);
    }

    [Fact]
    public async Task A_file_replaced_by_a_rename_is_read_again()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(Options());
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Replace("web.yaml", FolderOfManifests.Service("web", 8081));

        await source.WaitForAsync(fragment => PortOf(fragment, "web") == 8081);
    }

    private FilesSourceOptions Options() => new() { Paths = [_folder.Path] };

    private static int PortOf(MeshFragment fragment, string name) => fragment.Endpoints.Single(item => item.Service.Name == name).Endpoints[0].Ports["http"];
}
