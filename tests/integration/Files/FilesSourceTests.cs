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
        await using var source = RunningSource.Of(Options(notified));
        var first = await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8081));

        var second = await source.WaitForAsync(fragment => PortOf(fragment, "web") == 8081);
        second.Services[0].Should().BeSameAs(first.Services[0]);
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_file_replaced_by_a_rename_is_read_again(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Replace("web.yaml", FolderOfManifests.Service("web", 8081));

        await source.WaitForAsync(fragment => PortOf(fragment, "web") == 8081);
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task Files_in_new_folders_are_found_and_deleted_ones_go(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(Options(notified));
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
        await using var source = RunningSource.Of(Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8081));
        File.SetLastWriteTimeUtc(_folder["web.yaml"], modified);

        await source.WaitForAsync(fragment => PortOf(fragment, "web") == 8081);
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_mounted_ConfigMap_is_read_again_when_its_data_link_is_swapped(bool notified)
    {
        var volume = new MountedVolume(_folder.Path);
        volume.Publish(new() { ["web.yaml"] = FolderOfManifests.Service("web"), ["api.yaml"] = FolderOfManifests.Service("api") });
        await using var source = RunningSource.Of(Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        volume.Publish(new() { ["web.yaml"] = FolderOfManifests.Service("web", 8081), ["api.yaml"] = FolderOfManifests.Service("api", 8081) });

        var last = await source.WaitForAsync(fragment => PortOf(fragment, "web") == 8081 || PortOf(fragment, "api") == 8081);
        (PortOf(last, "web"), PortOf(last, "api")).Should().Be((8081, 8081), "a swap is one transaction");
        last.Diagnostics.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_broken_file_keeps_its_last_good_content_and_others_still_apply(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(Options(notified));
        var first = await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        _folder.Write("web.yaml", "apiVersion: [\n");
        var broken = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1004"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api", 8081));
        var last = await source.WaitForAsync(fragment => PortOf(fragment, "api") == 8081);

        broken.Services.Should().Equal(first.Services);
        broken.Diagnostics.Should().Contain(found => found.Location == new SourceLocation(_folder["web.yaml"], 2, 1) && found.Severity == Severity.Error);
        broken.Diagnostics.Should().Contain(found => found.Code == "XDS1010");
        PortOf(last, "web").Should().Be(8080);
    }

    [Fact]
    public async Task An_object_that_became_unusable_keeps_its_last_good_form_and_its_neighbor_changes()
    {
        _folder.Write("all.yaml", FolderOfManifests.Service("web") + "---\n" + FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        _folder.Write("all.yaml", FolderOfManifests.Service("web").Replace("port: 80,", "port: 0,", StringComparison.Ordinal) + "---\n" + FolderOfManifests.Service("api", 8081));

        var last = await source.WaitForAsync(fragment => PortOf(fragment, "api") == 8081);
        PortOf(last, "web").Should().Be(8080);
        last.Diagnostics.Select(found => found.Code).Should().Contain("XDS1204");
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_file_that_became_empty_keeps_its_last_good_content(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", "");

        var last = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1008"));
        last.Services.Should().ContainSingle();
    }

    [Fact]
    public async Task A_comment_alone_deletes_on_purpose()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", "# gone for good\n");

        var last = await source.WaitForAsync(fragment => fragment.Services.IsEmpty);
        last.Diagnostics.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_vanished_folder_keeps_everything_and_is_picked_up_again(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        Directory.Delete(_folder.Path, recursive: true);
        var gone = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1007"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api", 8081));
        var back = await source.WaitForAsync(fragment => PortOf(fragment, "api") == 8081);

        gone.Services.Should().HaveCount(2);
        back.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task An_editors_leftovers_are_not_read()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        foreach (var name in new[] { ".web.yaml.swp", ".hidden.yaml", "web.yaml~", "#web.yaml#", "4913", "web.yaml.tmp", "notes.txt", ".git/x.yaml" })
        {
            _folder.Write(name, FolderOfManifests.Service("ghost"));
        }

        await using var source = RunningSource.Of(Options(notified: true));

        var first = await source.WaitForAsync(_ => true);
        first.Services.Should().ContainSingle();
        first.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task Of_two_files_with_one_object_the_one_that_had_it_keeps_it()
    {
        _folder.Write("m.yaml", FolderOfManifests.Service("web", 8080));
        await using var source = RunningSource.Of(Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("a.yaml", FolderOfManifests.Service("web", 9999));

        var last = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1107"));
        PortOf(last, "web").Should().Be(8080);
        var diagnostic = last.Diagnostics.Should().ContainSingle().Subject;
        diagnostic.Location!.File.Should().Be(_folder["a.yaml"]);
        diagnostic.Message.Should().Contain(_folder["m.yaml"]);
    }

    [Fact]
    public async Task A_file_that_moves_to_another_name_changes_nothing()
    {
        _folder.Write("z.yaml", FolderOfManifests.Service("web"));
        _folder.Write("other.yaml", FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        File.Move(_folder["z.yaml"], _folder["a.yaml"]);

        var last = await source.WaitForAsync(fragment => fragment.Services.Any(service => service.Location!.File == _folder["a.yaml"]));
        last.Services.Should().HaveCount(2);
        last.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task Links_that_lead_back_to_themselves_end()
    {
        _folder.Write("sub/web.yaml", FolderOfManifests.Service("web"));
        Directory.CreateSymbolicLink(_folder["sub/again"], _folder.Path);
        File.CreateSymbolicLink(_folder["one.yaml"], _folder["two.yaml"]);
        File.CreateSymbolicLink(_folder["two.yaml"], _folder["one.yaml"]);

        await using var source = RunningSource.Of(Options(notified: true));

        var first = await source.WaitForAsync(_ => true);
        first.Services.Should().ContainSingle();
        first.Diagnostics.Select(found => found.Code).Should().Equal("XDS1009", "XDS1009", "XDS1009");
    }

    [Fact]
    public async Task A_file_of_a_hundred_megabytes_is_not_read()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        using (var huge = File.Create(_folder["huge.yaml"]))
        {
            huge.SetLength(100 * 1024 * 1024);
        }

        await using var source = RunningSource.Of(Options(notified: true));

        var first = await source.WaitForAsync(_ => true);
        first.Services.Should().ContainSingle();
        first.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1002");
    }

    [Fact]
    public async Task When_the_system_gives_no_notifications_polling_goes_on()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(Options(notified: true), _ => throw new IOException("The configured user limit (128) on the number of inotify instances has been reached."));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8081));

        await source.WaitForAsync(fragment => PortOf(fragment, "web") == 8081);
    }

    [Fact]
    public async Task A_path_that_was_never_there_is_reported_and_taken_up_when_it_comes()
    {
        var later = _folder["later"];
        await using var source = RunningSource.Of(Options(notified: true) with { Paths = [later] });
        var first = await source.WaitForAsync(_ => true);

        _folder.Write("later/web.yaml", FolderOfManifests.Service("web"));

        first.IsSynced.Should().BeTrue();
        first.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1012");
        var last = await source.WaitForAsync(fragment => fragment.Services.Length == 1);
        last.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task Several_folders_and_a_folder_behind_a_link_are_read()
    {
        _folder.Write("one/web.yaml", FolderOfManifests.Service("web"));
        _folder.Write("two/api.yaml", FolderOfManifests.Service("api"));
        Directory.CreateSymbolicLink(_folder["link"], _folder["two"]);
        await using var source = RunningSource.Of(Options(notified: true) with { Paths = [_folder["one"], _folder["link"]] });
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        _folder.Replace("two/api.yaml", FolderOfManifests.Service("api", 8081));

        await source.WaitForAsync(fragment => PortOf(fragment, "api") == 8081);
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
        await using var source = RunningSource.Of(Options(notified: true));
        var first = await source.WaitForAsync(fragment => fragment.Secrets.Length == 1);

        WriteCertificate();
        var second = await source.WaitForAsync(fragment => fragment.Secrets.Length == 1 && !ReferenceEquals(fragment.Secrets[0], first.Secrets[0]) && fragment.Diagnostics.IsEmpty);
        File.Delete(_folder["certs/tls.key"]);
        var last = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1406"));

        first.Gateways[0].Listeners[0].Secret.Should().Be(first.Secrets[0].Key);
        last.Secrets.Should().Equal(second.Secrets, ReferenceEquals);
    }

    [Fact]
    public async Task Without_notifications_of_the_system_changes_are_still_seen_and_a_diagnostic_says_how()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(
            Options(notified: true), _ => throw new IOException("The configured user limit (128) on the number of inotify instances has been reached."));

        var first = await source.WaitForAsync(fragment => fragment.Services.Length == 1);
        _folder.Write("api.yaml", FolderOfManifests.Service("api"));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2 && fragment.Diagnostics.Length == 1);

        var found = first.Diagnostics.Should().ContainSingle().Subject;
        found.Code.Should().Be("XDS1011");
        found.Severity.Should().Be(Severity.Info);
        found.Message.Should().Contain("inotify").And.Contain("0.5 s");
    }

    [Fact]
    public void Reading_once_needs_no_watching()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));

        var read = FilesReader.Read([_folder.Path]);

        read.IsSynced.Should().BeTrue();
        read.Services.Should().ContainSingle();
    }

    private FilesSourceOptions Options(bool notified) => new()
    {
        Paths = [_folder.Path],
        UseNotifications = notified,
        PollInterval = TimeSpan.FromMilliseconds(notified ? 500 : 50),
    };

    private static int PortOf(MeshFragment fragment, string name) =>
        fragment.Endpoints.FirstOrDefault(item => item.Service.Name == name)?.Endpoints[0].Ports["http"] ?? 0;

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        _folder.Write("certs/tls.crt", certificate.ExportCertificatePem());
        _folder.Write("certs/tls.key", key.ExportPkcs8PrivateKeyPem());
    }
}
