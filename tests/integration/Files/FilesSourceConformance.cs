using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Model;
using XdsServer.Sources.Files;
using XdsServer.Tests.Integration.Sources;

namespace XdsServer.Tests.Integration.Files;

public sealed class FilesSourceConformance : SourceConformance, IDisposable
{
    private readonly FolderOfManifests _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IMeshSource CreateSource() =>
        new FilesSource(new FilesSourceOptions { Paths = [_folder.Path] }, TimeProvider.System, NullLogger<FilesSource>.Instance);

    protected override Task PutServiceAsync(string name, int endpointPort)
    {
        _folder.Replace($"{name}.yaml", FolderOfManifests.Service(name, endpointPort));
        return Task.CompletedTask;
    }

    protected override Task DeleteServiceAsync(string name)
    {
        File.Delete(_folder[$"{name}.yaml"]);
        return Task.CompletedTask;
    }
}
