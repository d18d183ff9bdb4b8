using XdsServer.Model;
using XdsServer.Sources.Files;

namespace XdsServer.Tests.Integration.Files;

/// <summary>A folder of its own for one test, with the ways in which people and programs write files.</summary>
internal sealed class FolderOfManifests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xds-files-");

    public string Path => _folder.FullName;

    public string this[string name] => System.IO.Path.Join(Path, name);

    /// <summary>One service with one endpoint on the given port.</summary>
    public static string Service(string name, int port = 8080) => $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: {{name}}, namespace: demo}
        spec:
          ports: [{name: http, port: 80, protocol: http}]
          endpoints: [{address: 127.0.0.1, port: {{port}}}]

        """;

    /// <summary>The port of a service's endpoint; 0: there is none.</summary>
    public static int PortOf(MeshFragment fragment, string name) =>
        fragment.Endpoints.FirstOrDefault(item => item.Service.Name == name)?.Endpoints[0].Ports["http"] ?? 0;

    /// <summary>How a source reads this folder: by notifications, or by polling alone.</summary>
    public FilesSourceOptions Options(bool notified) => new()
    {
        Paths = [Path],
        UseNotifications = notified,
        PollInterval = TimeSpan.FromMilliseconds(notified ? 500 : 50),
    };

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public void Replace(string name, string text)
    {
        File.WriteAllText(this[name + ".tmp"], text);
        File.Move(this[name + ".tmp"], this[name], overwrite: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            _folder.Delete(recursive: true);
        }
    }
}
