using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Node.Verification;
using FastCore.Storage;

namespace FastCore.Cli.Verify;

/// <summary><c>fastcore verify</c>.</summary>
internal sealed class VerifyCommand : CliCommand
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "Data directory; no process may have it open.",
        HelpName = "DIR",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public VerifyCommand(CliConsole console)
        : base(
            console,
            "verify",
            "Prove a data directory without changing it.\n\n" +
            "Reads every journal entry that is kept (checksum, order, hash chain), replays all of them into a " +
            "scratch " +
            "state, compares the state hash with the checkpoint's, and proves conservation in every book. When " +
            "retention " +
            "let the beginning of the journal go, the chain is checked from where it is kept. The first broken " +
            "sequence " +
            "is named, and the exit code is 3.")
    {
        Options.Add(_data);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore verify --data ./books", "After a crash, before an audit, or every night."),
        ("fastcore verify --data ./books --json | jq .sound", "For scripts; the exit code says the same."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string directory = arguments.GetRequiredValue(_data);
        VerificationReport report = await context.WithProgressAsync(
            "verify", 1, tell => Task.Run(() => Verify(directory, progress => tell(progress.Share)), cancellation));
        if (context.Json)
        {
            context.WriteDocument(ToJson(directory, report));
        }
        else
        {
            Write(context, directory, report);
        }

        return report.IsSound ? ExitCode.Ok : ExitCode.DataDirectory;
    }

    /// <summary>Verifies; what goes wrong before anything can be read is said with the right exit code.</summary>
    internal static VerificationReport Verify(string directory, Action<VerificationProgress>? progress = null)
    {
        if (!Directory.Exists(directory))
        {
            throw new CliException(
                ExitCode.DataDirectory, "data_directory_missing", $"There is no directory '{directory}'.");
        }

        try
        {
            return JournalVerifier.Verify(directory, progress);
        }
        catch (DataDirectoryException e)
        {
            throw EngineDoor.OfDirectory(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.DataDirectory, "data_directory_unusable", $"Cannot read '{directory}': {e.Message}", e);
        }
    }

    /// <summary>The report as a document.</summary>
    internal static JsonObject ToJson(string directory, VerificationReport report) => new()
    {
        ["command"] = "verify",
        ["data"] = directory,
        ["sound"] = report.IsSound,
        ["partitions"] = new JsonArray([.. report.Partitions.Select(found => (JsonNode)new JsonObject
        {
            ["partition"] = found.Partition,
            ["sound"] = found.Failure is null,
            ["first_sequence"] = WireJson.Number((UInt128)found.FirstSequence),
            ["last_sequence"] = WireJson.Number((UInt128)found.LastSequence),
            ["commands"] = found.Commands,
            ["chain_head"] = found.ChainHead,
            ["chain_only"] = found.IsChainOnly,
            ["checkpoint_sequence"] = WireJson.Number((UInt128)found.CheckpointSequence),
            ["checkpoint_matches"] = found.CheckpointMatches,
            ["state_hash"] = found.StateHash,
            ["broken_sequence"] = WireJson.Number((UInt128)found.BrokenSequence),
            ["failure"] = found.Failure,
        })]),
    };

    private static void Write(CliContext context, string directory, VerificationReport report)
    {
        foreach (PartitionVerification found in report.Partitions)
        {
            string checkpoint = found.CheckpointMatches switch
            {
                true => $"checkpoint at {found.CheckpointSequence} has the replayed state",
                false => $"CHECKPOINT AT {found.CheckpointSequence} DIFFERS FROM THE REPLAYED STATE",
                null => found.CheckpointSequence == 0
                    ? "no checkpoint"
                    : $"checkpoint at {found.CheckpointSequence} not comparable",
            };
            context.Say(
                $"partition {found.Partition}: entries {found.FirstSequence} to {found.LastSequence}, " +
                $"{found.Commands} commands, {checkpoint}");
            if (found.ChainHead.Length > 0)
            {
                context.Say($"  chain head {found.ChainHead}");
            }

            if (found.IsChainOnly)
            {
                context.Say(
                    "  retention let the beginning go: checksums and chain are proven, a replay is not possible");
            }

            if (found.Failure is not null)
            {
                context.Say($"  BROKEN at sequence {found.BrokenSequence}: {found.Failure}");
            }
        }

        context.Say(report.IsSound
            ? $"{directory} is sound: checksums, hash chain, checkpoint, and conservation in every book."
            : $"{directory} IS NOT SOUND.");
    }
}
