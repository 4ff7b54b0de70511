using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Engine.Ports;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Storage;

namespace FastCore.Cli.Inspect;

/// <summary><c>fastcore inspect</c>.</summary>
internal sealed class InspectCommand : CliCommand
{
    private readonly Argument<string> _what = new("WHAT")
    {
        Description = "summary = the directory and its partitions; journal = entries with their commands; " +
            "checkpoint = the newest checkpoint of each partition; accounts = the accounts of a book with their " +
            "balances.",
        DefaultValueFactory = _ => "summary",
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "Data directory; no process may have it open.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<int?> _partition = new("--partition")
    {
        Description = "Only this partition.",
    };

    private readonly Option<ulong> _from = new("--from")
    {
        Description = "First journal sequence to show; 0 = the first kept.",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "Entries to show per partition, or accounts.",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<ulong> _book = new("--book")
    {
        Description = "The book whose accounts to show; a merchant is a book.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _objects = new("--objects")
    {
        Description = "Show every object of every command with all its fields, not only how many there are.",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "text = lines for people; json = one document, as --json; msgpack = the entries of a journal " +
            "or the accounts as a stream of MessagePack maps.",
        DefaultValueFactory = _ => "text",
    };

    /// <summary>Makes the command.</summary>
    public InspectCommand(CliConsole console)
        : base(
            console,
            "inspect",
            "Look into a data directory without changing it: what it holds, and which commands its journal keeps.")
    {
        _what.AcceptOnlyFromAmong("summary", "journal", "checkpoint", "accounts");
        _format.AcceptOnlyFromAmong("text", "json", "msgpack");
        RequireRange(_limit, 1, 1_000_000);
        Arguments.Add(_what);
        foreach (Option option in (Option[])[_data, _partition, _from, _limit, _objects, _book, _format])
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore inspect --data ./books", "How many partitions, which sequences, which checkpoints."),
        ("fastcore inspect journal --data ./books --from 17 --limit 1 --objects", "Everything that entry 17 holds."),
        ("fastcore inspect journal --data ./books --json", "The same as one document."),
        ("fastcore inspect journal --data ./books --objects --format msgpack > books.msgpack", "For other programs."),
        ("fastcore inspect accounts --data ./books --book 7", "The balances of a book."),
    ];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string path = arguments.GetRequiredValue(_data);
        string what = arguments.GetRequiredValue(_what);
        JsonObject document = new() { ["command"] = "inspect", ["data"] = path, ["what"] = what };
        MessagePackExport? export = ExportOf(arguments, context);
        try
        {
            if (export is not null)
            {
                Export(export, path, arguments, cancellation);
                return Task.FromResult(ExitCode.Ok);
            }

            if (what == "accounts")
            {
                AddAccounts(document, path, arguments);
            }
            else
            {
                document["partitions"] = PartitionsOf(path, what, arguments, cancellation);
            }
        }
        catch (DataDirectoryException e)
        {
            throw EngineDoor.OfDirectory(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.DataDirectory, "data_directory_unusable", $"Cannot read '{path}': {e.Message}", e);
        }

        if (context.Json)
        {
            context.WriteDocument(document);
        }
        else
        {
            InspectText.Write(context, document);
        }

        return Task.FromResult(ExitCode.Ok);
    }

    /// <inheritdoc/>
    protected override bool IsJsonWanted(ParseResult arguments) =>
        base.IsJsonWanted(arguments) || arguments.GetValue(_format) == "json";

    private MessagePackExport? ExportOf(ParseResult arguments, CliContext context)
    {
        if (arguments.GetValue(_format) != "msgpack")
        {
            return null;
        }

        if (context.Json || arguments.GetValue(_what) is not ("journal" or "accounts"))
        {
            throw new CliException(
                ExitCode.Usage,
                "usage",
                "--format msgpack is for inspect journal and inspect accounts, without --json.");
        }

        return new MessagePackExport(
            context.Console.OutBytes ?? throw new InvalidOperationException("The console takes no bytes."));
    }

    private void Export(
        MessagePackExport export, string path, ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(_what) == "accounts")
        {
            RequireDirectory(path);
            foreach (Account account in StoredAccounts.Read(path, arguments.GetValue(_book)).Accounts
                .Take(arguments.GetValue(_limit)))
            {
                export.Write(account);
            }

            return;
        }

        bool objects = arguments.GetValue(_objects);
        ForEachPartition(
            path,
            arguments,
            (number, storage) => ForEachEntry(
                storage, arguments, entry => export.Write(number, entry, objects), cancellation),
            cancellation);
    }

    private JsonArray PartitionsOf(string path, string what, ParseResult arguments, CancellationToken cancellation)
    {
        JsonArray partitions = [];
        void Look(int number, PartitionStorage storage)
        {
            JsonObject found = what switch
            {
                "journal" => JournalOf(storage, arguments, cancellation),
                "checkpoint" => CheckpointOf(storage),
                _ => SummaryOf(storage),
            };
            found.Insert(0, "partition", number);
            partitions.Add((JsonNode)found);
        }

        ForEachPartition(path, arguments, Look, cancellation);
        return partitions;
    }

    private void ForEachPartition(
        string path, ParseResult arguments, Action<int, PartitionStorage> look, CancellationToken cancellation)
    {
        RequireDirectory(path);
        using DataDirectory directory = DataDirectory.Open(path, new DataDirectoryOptions { ReadOnly = true });
        int? only = arguments.GetValue(_partition);
        if (only < 0 || only >= directory.Partitions)
        {
            throw new CliException(
                ExitCode.Usage, "usage", $"--partition must be from 0 to {directory.Partitions - 1}.");
        }

        for (int number = only ?? 0; number < (only + 1 ?? directory.Partitions); number++)
        {
            cancellation.ThrowIfCancellationRequested();
            using PartitionStorage storage = directory.OpenPartition(number, new StorageOptions());
            look(number, storage);
        }
    }

    private void AddAccounts(JsonObject document, string path, ParseResult arguments)
    {
        RequireDirectory(path);
        ulong book = arguments.GetValue(_book);
        StoredAccounts found = StoredAccounts.Read(path, book);
        WireStruct account = WireCatalog.Find(Operation.QueryAccounts)!.Result;
        document["book"] = WireJson.Number((UInt128)book);
        document["partition"] = found.Partition;
        document["sequence"] = WireJson.Number((UInt128)found.Sequence);
        document["timestamp"] = WireJson.Number((UInt128)found.TimestampNs);
        document["accounts_total"] = found.Accounts.Count;
        document["accounts"] = new JsonArray([.. found.Accounts.Take(arguments.GetValue(_limit)).Select(
            one => (JsonNode)WireJson.Of(account, MemoryMarshal.AsBytes(new ReadOnlySpan<Account>(in one))))]);
    }

    private static void RequireDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new CliException(
                ExitCode.DataDirectory, "data_directory_missing", $"There is no directory '{path}'.");
        }
    }

    private static JsonObject SummaryOf(PartitionStorage storage)
    {
        IJournal journal = storage.Journal;
        using ISnapshot? snapshot = storage.TryOpenSnapshot();
        return new JsonObject
        {
            ["journal_begin"] = WireJson.Number((UInt128)journal.BeginSequence),
            ["journal_end"] = WireJson.Number((UInt128)journal.TailSequence),
            ["chain_head"] = Convert.ToHexStringLower(journal.ChainHash),
            ["checkpoint_sequence"] = snapshot is null ? null : WireJson.Number((UInt128)snapshot.Sequence),
        };
    }

    private static JsonObject CheckpointOf(PartitionStorage storage)
    {
        using ISnapshot? snapshot = storage.TryOpenSnapshot();
        return snapshot is null
            ? new JsonObject { ["checkpoint"] = null }
            : new JsonObject
            {
                ["checkpoint"] = new JsonObject
                {
                    ["sequence"] = WireJson.Number((UInt128)snapshot.Sequence),
                    ["timestamp"] = WireJson.Number((UInt128)snapshot.TimestampNs),
                    ["state_hash"] = snapshot.StateHash.ToString("x16", CultureInfo.InvariantCulture),
                },
                ["broken"] = new JsonArray([.. storage.BrokenCheckpoints.Select(broken => (JsonNode)broken)]),
            };
    }

    private JsonObject JournalOf(PartitionStorage storage, ParseResult arguments, CancellationToken cancellation)
    {
        JsonArray entries = [];
        bool objects = arguments.GetValue(_objects);
        void Look(IJournalReader reader) => entries.Add((JsonNode)new JsonObject
        {
            ["sequence"] = WireJson.Number((UInt128)reader.Sequence),
            ["timestamp"] = WireJson.Number((UInt128)reader.TimestampNs),
            ["hash"] = Convert.ToHexStringLower(reader.Hash),
            ["commands"] = JournalCommands.Of(reader, objects),
        });

        ForEachEntry(storage, arguments, Look, cancellation);
        return new JsonObject { ["entries"] = entries };
    }

    private void ForEachEntry(
        PartitionStorage storage, ParseResult arguments, Action<IJournalReader> look, CancellationToken cancellation)
    {
        IJournal journal = storage.Journal;
        ulong from = Math.Max(arguments.GetValue(_from), journal.BeginSequence);
        if (from > journal.TailSequence)
        {
            return;
        }

        using IJournalReader reader = journal.Read(from);
        for (int left = arguments.GetValue(_limit); left > 0 && reader.MoveNext(); left--)
        {
            cancellation.ThrowIfCancellationRequested();
            look(reader);
        }
    }
}
