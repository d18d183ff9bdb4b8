namespace XdsServer.Numbers;

/// <summary>A folder of MeshService documents, in many files or in one; edits arrive by a rename, as editors and deployments do it.</summary>
internal sealed class MeshFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("numbers-").FullName;
    private readonly string _beside = Directory.CreateTempSubdirectory("numbers-beside-").FullName;
    private readonly string[] _documents;
    private readonly bool _isOneFile;

    public MeshFolder(int services, bool isOneFile)
    {
        _isOneFile = isOneFile;
        _documents = [.. Enumerable.Range(0, services).Select(i => Document(i, 8080, 1))];
        if (isOneFile)
        {
            File.WriteAllText(PathOf(0), string.Concat(_documents));
            return;
        }

        for (var i = 0; i < services; i++)
        {
            File.WriteAllText(PathOf(i), _documents[i]);
        }
    }

    /// <summary>The folder.</summary>
    public string Folder => _folder;

    /// <summary>The name of a service's load assignment, as the client keeps it.</summary>
    public static string AssignmentOf(int service) => $"default/s{service:00000}/http";

    /// <summary>Moves one endpoint of a service to another port. What takes long is done at once; the returned action is the rename.</summary>
    public Action PrepareMove(int service, int value) => Prepare(service, Document(service, 8081 + (value % 997), 1));

    /// <summary>Gives one endpoint of a service another weight.</summary>
    public Action PrepareWeight(int service, int value) => Prepare(service, Document(service, 8080, 2 + (value % 997)));

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_beside, recursive: true);
    }

    private Action Prepare(int service, string document)
    {
        _documents[service] = document;
        var text = _isOneFile ? string.Concat(_documents) : _documents[service];
        var fresh = Path.Combine(_beside, "next.yaml");
        File.WriteAllText(fresh, text);
        return () => File.Move(fresh, PathOf(service), overwrite: true);
    }

    private string PathOf(int service) => Path.Combine(_folder, _isOneFile ? "mesh.yaml" : $"s{service:00000}.yaml");

    private static string Document(int service, int port, int weight) =>
        $$"""
        ---
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: s{{service:00000}}}
        spec:
          ports:
          - {name: http, port: 80, protocol: http}
          endpoints:
          - {address: 10.1.{{service >> 8 & 255}}.{{service & 255}}, port: {{port}}, weight: {{weight}}}
          - {address: 10.2.{{service >> 8 & 255}}.{{service & 255}}, port: 8080}

        """;
}
