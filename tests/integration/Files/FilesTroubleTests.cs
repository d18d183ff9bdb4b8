using XdsServer.Model;
using XdsServer.Sources.Files;

namespace XdsServer.Tests.Integration.Files;

/// <summary>What goes wrong with files and folders: what was good stays, and a diagnostic says what is wrong.</summary>
public sealed class FilesTroubleTests : IDisposable
{
    private readonly FolderOfManifests _folder = new();

    public static TheoryData<bool> WithAndWithoutNotifications => FilesSourceTests.WithAndWithoutNotifications;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_broken_file_keeps_its_last_good_content_and_others_still_apply(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(_folder.Options(notified));
        var first = await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        _folder.Write("web.yaml", "apiVersion: [\n");
        var broken = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1004"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api", 8081));
        var last = await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "api") == 8081);

        broken.Services.Should().Equal(first.Services);
        broken.Diagnostics.Should().Contain(found => found.Location == new SourceLocation(_folder["web.yaml"], 2, 1) && found.Severity == Severity.Error);
        broken.Diagnostics.Should().Contain(found => found.Code == "XDS1010");
        FolderOfManifests.PortOf(last, "web").Should().Be(8080);
    }

    [Fact]
    public async Task An_object_that_became_unusable_keeps_its_last_good_form_and_its_neighbor_changes()
    {
        _folder.Write("all.yaml", FolderOfManifests.Service("web") + "---\n" + FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(_folder.Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        _folder.Write("all.yaml", FolderOfManifests.Service("web").Replace("port: 80,", "port: 0,", StringComparison.Ordinal) + "---\n" + FolderOfManifests.Service("api", 8081));

        var last = await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "api") == 8081);
        FolderOfManifests.PortOf(last, "web").Should().Be(8080);
        last.Diagnostics.Select(found => found.Code).Should().Contain("XDS1204");
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_file_that_became_empty_keeps_its_last_good_content(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(_folder.Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", "");

        var last = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1008"));
        last.Services.Should().ContainSingle();
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutNotifications))]
    public async Task A_vanished_folder_keeps_everything_and_is_picked_up_again(bool notified)
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api"));
        await using var source = RunningSource.Of(_folder.Options(notified));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2);

        Directory.Delete(_folder.Path, recursive: true);
        var gone = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1007"));
        _folder.Write("api.yaml", FolderOfManifests.Service("api", 8081));
        var back = await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "api") == 8081);

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

        await using var source = RunningSource.Of(_folder.Options(notified: true));

        var first = await source.WaitForAsync(_ => true);
        first.Services.Should().ContainSingle();
        first.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task Of_two_files_with_one_object_the_one_that_had_it_keeps_it()
    {
        _folder.Write("m.yaml", FolderOfManifests.Service("web", 8080));
        await using var source = RunningSource.Of(_folder.Options(notified: true));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("a.yaml", FolderOfManifests.Service("web", 9999));

        var last = await source.WaitForAsync(fragment => fragment.Diagnostics.Any(found => found.Code == "XDS1107"));
        FolderOfManifests.PortOf(last, "web").Should().Be(8080);
        var diagnostic = last.Diagnostics.Should().ContainSingle().Subject;
        diagnostic.Location!.File.Should().Be(_folder["a.yaml"]);
        diagnostic.Message.Should().Contain(_folder["m.yaml"]);
    }

    [Fact]
    public async Task Links_that_lead_back_to_themselves_end()
    {
        _folder.Write("sub/web.yaml", FolderOfManifests.Service("web"));
        Directory.CreateSymbolicLink(_folder["sub/again"], _folder.Path);
        File.CreateSymbolicLink(_folder["one.yaml"], _folder["two.yaml"]);
        File.CreateSymbolicLink(_folder["two.yaml"], _folder["one.yaml"]);

        await using var source = RunningSource.Of(_folder.Options(notified: true));

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

        await using var source = RunningSource.Of(_folder.Options(notified: true));

        var first = await source.WaitForAsync(_ => true);
        first.Services.Should().ContainSingle();
        first.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1002");
    }

    [Fact]
    public async Task When_the_system_gives_no_notifications_polling_goes_on()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(_folder.Options(notified: true), _ => throw new IOException("The configured user limit (128) on the number of inotify instances has been reached."));
        await source.WaitForAsync(fragment => fragment.Services.Length == 1);

        _folder.Write("web.yaml", FolderOfManifests.Service("web", 8081));

        await source.WaitForAsync(fragment => FolderOfManifests.PortOf(fragment, "web") == 8081);
    }

    [Fact]
    public async Task A_path_that_was_never_there_is_reported_and_taken_up_when_it_comes()
    {
        var later = _folder["later"];
        await using var source = RunningSource.Of(_folder.Options(notified: true) with { Paths = [later] });
        var first = await source.WaitForAsync(_ => true);

        _folder.Write("later/web.yaml", FolderOfManifests.Service("web"));

        first.IsSynced.Should().BeTrue();
        first.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1012");
        var last = await source.WaitForAsync(fragment => fragment.Services.Length == 1);
        last.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_notifications_of_the_system_changes_are_still_seen_and_a_diagnostic_says_how()
    {
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var source = RunningSource.Of(
            _folder.Options(notified: true), _ => throw new IOException("The configured user limit (128) on the number of inotify instances has been reached."));

        var first = await source.WaitForAsync(fragment => fragment.Services.Length == 1);
        _folder.Write("api.yaml", FolderOfManifests.Service("api"));
        await source.WaitForAsync(fragment => fragment.Services.Length == 2 && fragment.Diagnostics.Length == 1);

        var found = first.Diagnostics.Should().ContainSingle().Subject;
        found.Code.Should().Be("XDS1011");
        found.Severity.Should().Be(Severity.Info);
        found.Message.Should().Contain("inotify").And.Contain("0.5 s");
    }
}
