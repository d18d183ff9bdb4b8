using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using XdsServer.Model;
using XdsServer.Sources.Files;

namespace XdsServer.Tests.Integration.Files;

/// <summary>How files and folders change in practice. Each test runs with notifications and by polling alone.</summary>
public sealed class FilesSourceTests : IDisposable
{
    private readonly FolderOfManifests _folder = new();

    public static TheoryData<bool> WithAndWithoutNotifications => new() { true, false };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_file_written_in_place_is_read_again_and_its_service_stays_the_same_instance(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(_folder.Options(notified));
        var first = await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8081));

        var second = await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "web") == 8081);
        second.Services[0].Should().BeSameAs(first.Services[0]);
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_file_replaced_by_a_rename_is_read_again(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(_folder.Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Replace("web.yaml", FolderOfManifests.Service("web", 8081));

        await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "web") == 8081);
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task Files_in_new_folders_are_found_and_deleted_ones_go(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(_folder.Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("team/deep/api.yml", FolderOfManifests.Service("api"));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);
        File.Delete(_folder["web.yaml"]);

        var last = await source.WaitForAsync(fragment => fragment.Services.Length == 1);
        last.Services[0].Key.Name.Should().Be("api");
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_content_with_the_same_size_and_modification_time_is_noticed(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8080));
        var modified = File.GetLastWriteTimeUtc(_folder["web.yaml"]);
        await using var source = RunningSource.Of(_folder.Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8081));
        File.SetLastWriteTimeUtc(_folder["web.yaml"], modified);

        await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "web") == 8081);
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_mounted_ConfigMap_is_read_again_when_its_data_link_is_swapped(bool notified)
    {
        var volume = new MountedVolume(_folder.Path);
        volume.Publish(new() { ["web.yaml"] = FolderOfManifests.Service("web"), ["api.yaml"] = FolderOfManifests.Service("api") });
        await using var source = RunningSource.Of(_folder.Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        volume.Publish(new() { ["web.yaml"] = FolderOfManifests.Service("web", 8081), ["api.yaml"] = FolderOfManifests.Service("api", 8081) });

        var last = await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "web") == 8081 || FolderOfManifests.PortOf(fragment, "api") == 8081);
        (FolderOfManifests.PortOf(last, "web"), FolderOfManifests.PortOf(last, "api")).Should().Be((8081, 8081), "a swap is one transaction");
        last.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task A_comment_alone_deletes_on_purpose()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(_folder.Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", "# gone for good\n");

        var last = await source.WaitForAsync(fragment => fragment.Services.IsEmpty);
        last.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task A_file_that_moves_to_another_name_changes_nothing()
    {
        _folder.Write("z.yaml", FolderOfManifests.Service("web"));
        _folder.Write("other.yaml", FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(_folder.Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        File.Move(_folder["z.yaml"], _folder["a.yaml"]);

        var last = await source.WaitForAsync(fragment => fragment.Services.Any(service => service.Location!.File == _folder["a.yaml"]));
        last.Services.Should().HaveCount(2);
        last.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task Several_folders_and_a_folder_behind_a_link_are_read()
    {
        _folder.Write("one/web.yaml", FolderOfManifests.Service("web"));
        _folder.Write("two/api.yaml", FolderOfManifests.Service("api"));
        Directory.CreateSymbolicLink(_folder["link"], _folder["two"]);
        await using var source = RunningSource.Of(_folder.Options(notified: true) with { Paths = [_folder["one"], _folder["link"]] });
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        _folder.Replace("two/api.yaml", FolderOfManifests.Service("api", 8081));

        await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "api") == 8081);
    }

    [Fact]
    public async Task Certificates_named_by_path_are_read_and_read_again_when_renewed()
    {
        _folder.Write("gateway.yaml", """
            apiVersion: mesh.xdscontrolplane.dev/v1alpha1
            kind: MeshGateway
            metadata: {name: edge, namespace: demo}
            spec:
              listeners: [{name: web, port: 8443, protocol: https, tls: {files: {certificate: certs/tls.crt, privateKey: certs/tls.key}}}]

            """);
        WriteCertificate();
        await using var source = RunningSource.Of(_folder.Options(notified: true));
        var first = await source.WaitForAsync(fragment => fragment.Secrets.Length == 1);

        WriteCertificate();
        var second = await source.WaitForAsync(fragment => fragment.Secrets.Length == 1 && !ReferenceEquals(fragment.Secrets[0], first.Secrets[0]) && fragment.Diagnostics.IsEmpty);
        File.Delete(_folder["certs/tls.key"]);
        var last = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1406"));

        first.Gateways[0].Listeners[0].Secret.Should().Be(first.Secrets[0].Key);
        last.Secrets.Should().Equal(second.Secrets, ReferenceEquals);
    }

    [Fact]
    public void Reading_once_needs_no_watching()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));

        var read = FilesReader.Read([_folder.Path]);

        read.IsSynced.Should().BeTrue();
        read.Services.Should().ContainSingle();
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        _folder.Write("certs/tls.crt", certificate.ExportCertificatePem());
        _folder.Write("certs/tls.key", key.ExportPkcs8PrivateKeyPem());
    }
}
