using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FastCore.Cli.Terminal;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Cli.Seats;

/// <summary><c>fastcore seats draw</c>.</summary>
internal sealed class DrawCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "JSON: { \"show\": 7, \"seed\": \"64 hex digits\", \"buyers\": [ in the order of the list ], "
            + "and, to be checked, \"commitment\", \"list_hash\", \"places\": [ buyers as they were drawn ] }.",
    };

    /// <summary>Makes the command.</summary>
    public DrawCommand(CliConsole console)
        : base(
            console,
            "draw",
            "Run the draw of a waiting room again, from its published seed and list.\n\n"
            + "Without an engine. What the file says beside seed and list is compared; exit code 1 when it differs.")
    {
        Arguments.Add(_file);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore seats draw draw.json", "Who was drawn to which place."),
        ("fastcore seats draw draw.json --json", "The same for scripts."),
    ];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string path = arguments.GetRequiredValue(_file);
        PublishedDraw draw = Read(path);
        Hash256 seed = HashOf(path, draw.Seed);
        ulong[] places = WaitingDraw.Run(draw.Show, seed, draw.Buyers);
        string commitment = WaitingDraw.CommitmentOf(seed).ToString();
        Hash256 list = default;
        foreach (ulong buyer in draw.Buyers)
        {
            list = WaitingDraw.Append(list, buyer);
        }

        List<string> differences = [];
        Compare(differences, "commitment", draw.Commitment, commitment);
        Compare(differences, "list_hash", draw.ListHash, list.ToString());
        if (draw.Places is not null && !draw.Places.AsSpan().SequenceEqual(places))
        {
            differences.Add("places");
        }

        Tell(context, places, commitment, list.ToString(), differences);
        return Task.FromResult(differences.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed);
    }

    private static PublishedDraw Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PublishedDraw>(File.ReadAllBytes(path), PublishedDraw.Format)
                ?? throw new JsonException("there is no object in it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_usable", $"Cannot read '{path}': {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCode.File, "draw_refused", $"'{path}' is no draw: {e.Message}", e);
        }
    }

    private static Hash256 HashOf(string path, string digits)
    {
        byte[] bytes = new byte[Hash256.Length];
        return digits.Length == 2 * Hash256.Length
            && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done
            ? Hash256.Of(bytes)
            : throw new CliException(ExitCode.File, "draw_refused", $"'{path}' has no seed of 64 hexadecimal digits.");
    }

    private static void Compare(List<string> differences, string name, string? told, string found)
    {
        if (told is not null && !told.Equals(found, StringComparison.OrdinalIgnoreCase))
        {
            differences.Add(name);
        }
    }

    private static void Tell(
        CliContext context, ulong[] places, string commitment, string listHash, List<string> differences)
    {
        if (context.Json)
        {
            context.WriteDocument(new JsonObject
            {
                ["command"] = "seats draw",
                ["ok"] = differences.Count == 0,
                ["commitment"] = commitment,
                ["list_hash"] = listHash,
                ["places"] = new JsonArray([.. places.Select(buyer => (JsonNode)buyer)]),
                ["differs"] = new JsonArray([.. differences.Select(name => (JsonNode)name)]),
            });
            return;
        }

        for (int place = 0; place < places.Length; place++)
        {
            context.Say(string.Create(CultureInfo.InvariantCulture, $"{place + 1} {places[place]}"));
        }

        context.Note($"commitment {commitment}, list {listHash}");
        foreach (string name in differences)
        {
            context.Note($"{name} is not what the file says.");
        }
    }

    /// <summary>What is published of a draw.</summary>
    private sealed class PublishedDraw
    {
        public static readonly JsonSerializerOptions Format = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };

        public required ulong Show { get; init; }

        public required string Seed { get; init; }

        public required ulong[] Buyers { get; init; }

        public string? Commitment { get; init; }

        public string? ListHash { get; init; }

        public ulong[]? Places { get; init; }
    }
}
