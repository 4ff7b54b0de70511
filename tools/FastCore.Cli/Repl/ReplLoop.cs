using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Hosting;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Repl;

/// <summary>Reads lines, sends requests, writes answers, until the input ends.</summary>
internal sealed class ReplLoop
{
    private static readonly JsonSerializerOptions OneLine = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const string ScoresNothing =
        "This engine scores nothing: open it with --fraud-policy FILE ('shipped' is the one that comes along), or " +
        "the server behind it.";

    // What may stand around a line: blanks, and the byte order mark that some editors and shells begin with.
    private static readonly char[] Blanks = [' ', '\t', '\r', '\v', '\f', '\uFEFF'];

    private readonly CliContext _context;
    private readonly IFastCoreSession _session;
    private readonly ReplClock? _clock;
    private readonly bool _setupAllowed;
    private readonly Func<IReadOnlyList<string>> _stopped;

    /// <summary>Makes the loop.</summary>
    /// <param name="context">Where answers go.</param>
    /// <param name="session">Who gives them.</param>
    /// <param name="clock">The clock that <c>tick</c> moves; null when time is the machine's.</param>
    /// <param name="setupAllowed">Whether balances may be set outright.</param>
    /// <param name="stopped">Tells why partitions stopped.</param>
    public ReplLoop(
        CliContext context,
        IFastCoreSession session,
        ReplClock? clock,
        bool setupAllowed,
        Func<IReadOnlyList<string>> stopped)
    {
        _stopped = stopped;
        _context = context;
        _session = session;
        _clock = clock;
        _setupAllowed = setupAllowed;
    }

    /// <summary>Lines that were not understood.</summary>
    public int Errors { get; private set; }

    /// <summary>Runs until the input ends, or a line says <c>exit</c>.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_context.Console.IsInputTerminal)
            {
                await _context.Console.Error.WriteAsync("> ");
            }

            // A terminal's reader blocks until a line is there and knows no cancellation; Ctrl-C must not wait for it.
            string? line = await Task.Run(_context.Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellation);
            line = line?.Trim(Blanks).TrimEnd(';');
            if (line is null or "exit" or "quit")
            {
                return;
            }

            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            try
            {
                await AnswerAsync(line);
            }
            catch (ReplException e)
            {
                Errors++;
                WriteError(e.Operation, e.Code, e.Message);
            }

            await _context.Console.Out.FlushAsync(cancellation);
        }
    }

    private async Task AnswerAsync(string line)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "help":
                Help(words.ElementAtOrDefault(1));
                return;
            case "tick":
                Tick(words);
                return;
            case "setup_account" when !_setupAllowed:
                throw new ReplException("setup_account", "not_allowed", "setup_account works with --memory only.");
            default:
                await SendAsync(ReplParser.Parse(line));
                return;
        }
    }

    private async Task SendAsync(ReplRequest request)
    {
        byte[] results = new byte[request.ReplySize];
        Reply reply = await _session.SendAsync(request.Operation.Shape.Operation, request.Body, results);
        if (reply.Status != FrameStatus.Ok)
        {
            string message = reply.Status switch
            {
                FrameStatus.PartitionStopped when _stopped().Count > 0 => string.Join(' ', _stopped()),
                FrameStatus.UnknownOperation when IsFraud(request.Operation.Shape.Operation) =>
                    ScoresNothing,
                _ => FrameStatusText.MessageOf(reply),
            };
            WriteError(request.Operation.Name, FrameStatusText.CodeOf(reply.Status), message);
            return;
        }

        JsonArray array = [];
        int size = request.Operation.Shape.ResultSize;
        for (int start = 0; start + size <= reply.Length; start += size)
        {
            array.Add((JsonNode)WireJson.ResultOf(request.Operation, results.AsSpan(start, size)));
        }

        if (!_context.Json && TellsOfNoScoring(request, array))
        {
            _context.Console.Out.WriteLine($"({ScoresNothing})");
            return;
        }

        WriteResults(request.Operation.Name, array);
    }

    // A node that scores has a policy, so none at all is the answer of one that does not; others say it by code.
    private static bool TellsOfNoScoring(ReplRequest request, JsonArray results) =>
        request.Operation.Shape.Operation == Operation.GetPolicies
            ? results.Count == 0 && MemoryMarshal.Read<PolicyFilter>(request.Body) is { After: 0, Limit: > 0 }
            : IsFraud(request.Operation.Shape.Operation) && results.Count != 0
                && (string?)results[0]!["code"] == SnakeCase.Of(nameof(FraudStatus.NotConfigured));

    // Clients may send all operations that the parser knows, so only a node without fraud scoring refuses these.
    private static bool IsFraud(Operation operation) =>
        operation is >= Operation.ScoreTransactions and <= Operation.ExplainDecision;

    private void Tick(string[] words)
    {
        if (_clock is null)
        {
            throw new ReplException("tick", "not_allowed", "tick needs an embedded engine and --clock manual.");
        }

        _clock.Tick(words);
        WriteResults("tick", [new JsonObject { ["code"] = "ok", ["now"] = WireJson.Number((UInt128)_clock.NowNs) }]);
    }

    private void Help(string? name)
    {
        if (name is null)
        {
            HelpOnAll();
            return;
        }

        WireOperation operation = WireCatalog.Find(name) ?? throw new ReplException(
            "help",
            "unknown_operation",
            $"There is no operation '{Excerpt.Of(name)}'.{Suggestions.Hint(name, WireCatalog.Names)}");
        List<WireField> fields = [.. operation.Element.Fields];
        if (operation.HasPrefix)
        {
            fields.Insert(0, new WireField("book", 0, 8, WireKind.Unsigned));
        }

        JsonArray array = [];
        foreach (WireField field in fields)
        {
            array.Add((JsonNode)new JsonObject
            {
                ["field"] = field.Name,
                ["type"] = field.TypeName,
                ["names"] = new JsonArray([.. field.Names.Select(known => (JsonNode)known)]),
            });
        }

        if (_context.Json)
        {
            WriteResults("help", array);
            return;
        }

        TextWriter output = _context.Console.Out;
        int most = operation.Shape.ElementsMax;
        output.WriteLine(
            $"{operation.Name}: {operation.Summary} At most {most} {(most == 1 ? "object" : "objects")}.");
        foreach (WireField field in fields)
        {
            string names = field.Names.Any() ? "  " + string.Join(" | ", field.Names) : "";
            output.WriteLine($"  {field.Name,-22} {field.TypeName}{names}");
        }
    }

    private void HelpOnAll()
    {
        if (_context.Json)
        {
            WriteResults("help", [.. WireCatalog.All.Select(operation => (JsonNode)new JsonObject
            {
                ["name"] = operation.Name,
                ["summary"] = operation.Summary,
            })]);
            return;
        }

        TextWriter output = _context.Console.Out;
        output.WriteLine(
            "operation key=value ... [, key=value ...]   objects between commas are one batch, one request");
        foreach (WireOperation operation in WireCatalog.All)
        {
            output.WriteLine($"  {operation.Name,-22} {operation.Summary}");
        }

        output.WriteLine($"  {"tick 30s",-22} Move the clock on (with --clock manual): ns us ms s m h d.");
        output.WriteLine($"  {"help [operation]",-22} This list, or the fields of one operation.");
        output.WriteLine($"  {"exit",-22} End.");
    }

    private void WriteResults(string operation, JsonArray results)
    {
        if (_context.Json)
        {
            WriteLine(new JsonObject { ["operation"] = operation, ["results"] = results });
            return;
        }

        if (results.Count == 0)
        {
            _context.Console.Out.WriteLine("(nothing found)");
        }

        foreach (JsonNode? result in results)
        {
            _context.Console.Out.WriteLine(WireJson.TextOf(result!.AsObject()));
        }
    }

    private void WriteError(string operation, string code, string message)
    {
        if (_context.Json)
        {
            WriteLine(new JsonObject
            {
                ["operation"] = operation,
                ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
            });
            return;
        }

        _context.Console.Out.WriteLine($"error: {code}: {message}");
    }

    private void WriteLine(JsonObject line) => _context.Console.Out.WriteLine(line.ToJsonString(OneLine));
}
