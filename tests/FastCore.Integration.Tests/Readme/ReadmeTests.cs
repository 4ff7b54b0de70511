using System.Text.RegularExpressions;
using FastCore.Integration.Tests.Torture;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Server;
using FastCore.Testing;

namespace FastCore.Integration.Tests.Readme;

/// <summary>
/// The README's samples compile and do what they say: each stands in a file here that is compiled and run, and the two
/// texts are compared.
/// </summary>
public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("Embedding in ten lines", "EmbeddingSample.cs", "\"./books\"", "directory")]
    [InlineData("A client in ten lines", "ClientSample.cs", "\"tcp://127.0.0.1:7040\"", "address")]
    public void A_sample_is_the_code_that_is_compiled(string heading, string file, string written, string compiled)
    {
        string source = Read("tests", "FastCore.Integration.Tests", "Readme", file);
        string[] shown = [.. BlockAfter(heading).Split('\n').Where(line => line.Trim().Length > 0)];
        Assert.Contains(written, string.Join('\n', shown), StringComparison.Ordinal);
        Assert.Equal(
            shown.Skip(1).Select(line => line.Replace(written, compiled, StringComparison.Ordinal)),
            SampleOf(source));

        // Its first line names what must be imported.
        string[] named = [.. Import().Matches(shown[0]).Select(match => match.Value)];
        Assert.Equal(Import().Matches(source).Select(match => match.Value), named);
    }

    [Fact]
    public async Task The_embedding_sample_runs()
    {
        using TemporaryFolder folder = new();
        (Reply reply, CreateTransferResult[] results) = await EmbeddingSample.RunAsync(folder.Of("books"));
        Assert.Equal((FrameStatus.Ok, CreateTransferStatus.Created), (reply.Status, results[0].Status));
    }

    [Fact]
    public async Task The_client_sample_runs()
    {
        await using FastCoreNode node =
            FastCoreNode.Open(new NodeOptions { Durability = Durability.None, Partitions = 1 });
        await using IFastCoreSession session = node.OpenSession();
        CreateMerchant[] merchants = [new() { Merchant = 100, Currency = 356, Prefund = 1_000_000 }];
        await session.CreateMerchantsAsync(merchants, new PaymentResult[1]);
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        await using FastCoreServer server = await FastCoreServer.StartAsync(node, options);
        (Reply reply, PaymentResult[] results) = await ClientSample.RunAsync(server.Addresses[0]);
        Assert.Equal((FrameStatus.Ok, PaymentStatus.Ok), (reply.Status, results[0].Code));
    }

    [GeneratedRegex("using FastCore[A-Za-z.]*;")]
    private static partial Regex Import();

    private static string Read(params string[] path) =>
        File.ReadAllText(Path.Combine([RepositoryRoot.Path, .. path])).ReplaceLineEndings("\n");

    private static string BlockAfter(string heading)
    {
        string text = Read("README.md");
        int begin = text.IndexOf($"## {heading}", StringComparison.Ordinal);
        Assert.True(begin >= 0, $"the README has no heading '{heading}'");
        begin = text.IndexOf("```csharp\n", begin, StringComparison.Ordinal) + "```csharp\n".Length;
        return text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static IEnumerable<string> SampleOf(string source) => source.Split('\n')
        .SkipWhile(line => !line.Contains("The sample begins.")).Skip(1)
        .TakeWhile(line => !line.Contains("The sample ends."))
        .Where(line => line.Trim().Length > 0)
        .Select(line => line[8..]);
}
