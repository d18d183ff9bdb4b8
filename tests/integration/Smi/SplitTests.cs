using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>
/// Splits as clients see them through a running Envoy; the numbers of rows are those of docs/smi.md. Rows in which something changes
/// stand in <see cref="SplitChangeTests"/>, those of TCP in <see cref="TcpSplitTests"/>, the exactness of weights in <see cref="SplitSweepTests"/>.
/// </summary>
public sealed class SplitTests(SplitMeshes meshes) : IClassFixture<SplitMeshes>
{
    private const int Many = 10_000;
    private const int All = 200;

    [SkippableTheory]
    [Versions]
    public async Task Ten_thousand_requests_are_shared_as_the_weights_say(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("shares", Many)).ShouldBe(("one", 70), ("two", 25), ("three", 5));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_1_The_root_may_be_written_in_every_form_of_its_name_and_clients_may_use_every_other(string version)
    {
        var mesh = await meshes.OfAsync(version);

        foreach (var root in (string[])["r1a", "r1b", "r1c", "r1d"])
        {
            foreach (var suffix in (string[])["", ".demo", ".demo.svc", ".demo.svc.cluster.local", ":80", ".demo.svc.cluster.local:80"])
            {
                (await mesh.AskAsync(root + suffix, 10)).ShouldBe(("one", 1));
            }
        }
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_1_A_host_that_no_service_has_is_split(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("shop.example.com", Many)).ShouldBe(("one", 3), ("two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_3_The_root_is_its_own_backend(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r3", Many)).ShouldBe(("root", 3), ("two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_5_The_others_share_what_a_missing_backend_would_get(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r5", Many)).ShouldBe(("one", 3), ("two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_6_A_backend_without_endpoints_fails_its_share_and_no_more(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r6", Many)).ShouldBe(("one", 3), ("503", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_6_A_root_needs_no_endpoints_of_its_own(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r6b", Many)).ShouldBe(("one", 1), ("two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_7_All_weights_zero_is_503_and_every_other_service_works(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r7a", All)).ShouldBe(("503", 1));
        (await mesh.AskAsync("r7b", All)).ShouldBe(("503", 1));
        (await mesh.AskAsync("r7c", All)).ShouldBe(("two", 1));
        (await mesh.AskAsync("one", All)).ShouldBe(("one", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_8_Of_two_splits_on_one_root_the_older_has_its_way(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r8", All)).ShouldBe(("two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_8_Splits_with_matches_all_apply_before_the_one_without(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r8m", All)).ShouldBe(("one", 1));
        (await mesh.AskAsync("r8m", All, "/", ("x-team", "blue"))).ShouldBe(("two", 1));
        (await mesh.AskAsync("r8m", All, "/", ("x-plan", "paid"))).ShouldBe(("three", 1));
        (await mesh.AskAsync("r8m", All, "/", ("x-team", "blue"), ("x-plan", "paid"))).ShouldBe(("three", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_9_A_split_without_its_group_leaves_the_service_as_it_is(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r9", All)).ShouldBe(("root", 1));
        (await mesh.AskAsync("r9n", All)).ShouldBe(("root", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_10_The_split_of_a_backend_is_not_followed(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r10", All)).ShouldBe(("one", 1));
        (await mesh.AskAsync("r10-v1", All)).ShouldBe(("two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_10_Two_splits_in_a_circle_are_one_step_each(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("circle-1", All)).ShouldBe(("two", 1));
        (await mesh.AskAsync("circle-2", All)).ShouldBe(("one", 1));
    }

    // The second backend's only port has the number of the root's first port and the name of its second.
    [SkippableTheory]
    [Versions]
    public async Task Row_11_Each_port_is_split_for_itself_by_its_number(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("r11:80", Many)).ShouldBe(("one", 1), ("two", 3));
        (await mesh.AskAsync("r11:8080", All)).ShouldBe(("one", 1));
        (await mesh.AskAsync("r11:9090", All)).ShouldBe(("root", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_12_Weights_over_32_bits_keep_their_proportion(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.AskAsync("large", Many)).ShouldBe(("one", 1), ("two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_17_GRPC_is_split_by_calls(string version)
    {
        var mesh = await meshes.OfAsync(version);

        (await mesh.CallAsync("g", 3_000)).ShouldBe(("g-one", 3), ("g-two", 1));
        (await mesh.CallAsync("gm", All)).ShouldBe(("g-two", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task A_match_reaches_exactly_its_backend(string version)
    {
        var mesh = await meshes.OfAsync(version);
        (string Path, string Segment, string Expected)[] requests =
        [
            ("/", "", "root"), ("/api", "", "two"), ("/api/x?q=1", "", "two"), ("/x/api", "", "root"), ("/?/api", "", "root"), ("/health", "", "two"), ("/healthy", "", "root"),
            ("/v7/items", "", "two"), ("/v/items", "", "root"), ("/", "insider", "two"), ("/", "insiders", "root"), ("/", "Insider", "root"),
        ];

        foreach (var (path, segment, expected) in requests)
        {
            (await mesh.AskAsync("ab", All, path, ("x-segment", segment))).ShouldBe((expected, 1));
        }

        (await mesh.AskAsync("ab", All, "/both", ("x-one", "1"))).ShouldBe(("root", 1));
        (await mesh.AskAsync("ab", All, "/both", ("x-one", "1"), ("x-two", "2"))).ShouldBe(("two", 1));
    }
}
