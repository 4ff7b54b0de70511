using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Node.Fraud;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud activate</c>.</summary>
internal sealed class ActivateCommand : ConnectedFraudCommand
{
    private const uint TimeoutMs = 120_000;

    private readonly Argument<string> _policy = new("POLICY")
    {
        Description = "A policy file; the SHA-256 of a policy that the node's store has; or 'shipped'.",
    };

    /// <summary>Makes the command.</summary>
    public ActivateCommand(CliConsole console)
        : base(
            console,
            "activate",
            "Put a policy in force in a running node.\n\n" +
            "Sends the policy file and the files it names (the node keeps files it has, and goes on where a broken " +
            "connection left it). The node proves models against their verification vectors and rules against their " +
            "tests, stores everything, and swaps the policy between two commands. What has mistakes is refused " +
            "whole, each mistake is told, and the old policy goes on deciding.",
            "allow policies and every book")
    {
        Arguments.Add(_policy);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud activate policy.json --connect 127.0.0.1:7040", "A file and what it names."),
        ("fastcore fraud activate shipped --connect 127.0.0.1:7040 --json", "The policy that comes along."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliContext context, EngineDoor door)
    {
        string policy = arguments.GetRequiredValue(_policy);
        SendOptions options = new() { TimeoutMs = TimeoutMs };
        PolicyOutcome outcome;
        if (TryHash(policy) is byte[] hash)
        {
            outcome = await PolicyDelivery.ActivateAsync(door.Session, hash, options);
        }
        else
        {
            (byte[] document, Dictionary<string, byte[]> files) = Read(policy);
            try
            {
                outcome = await PolicyDelivery.ActivateAsync(door.Session, document, files, options);
            }
            catch (ArgumentException tooLong)
            {
                throw new CliException(ExitCode.File, "policy_too_large", tooLong.Message, tooLong);
            }
        }

        Check(outcome, policy);
        PolicyHash activated = outcome.Answer.Hash;
        string name = Convert.ToHexStringLower(activated);
        bool wasInForce = (outcome.Answer.Flags & ScoreResultFlags.Duplicate) != 0;
        if (context.Json)
        {
            context.WriteDocument(new JsonObject
            {
                ["command"] = "fraud activate",
                ["version"] = outcome.Answer.Version,
                ["hash"] = name,
                ["activated_at"] = outcome.Answer.Timestamp,
                ["was_in_force"] = wasInForce,
            });
        }
        else
        {
            string since = $"{(wasInForce ? "was" : "is")} in force since {TimeText.Write(outcome.Answer.Timestamp)}";
            context.Say($"Policy version {outcome.Answer.Version} ({name}) {since}.");
        }

        return ExitCode.Ok;
    }

    private static void Check(PolicyOutcome outcome, string policy)
    {
        FrameStatusText.ThrowUnlessOk(new Reply(outcome.Status, 0, 0));
        if (outcome.IsInForce)
        {
            return;
        }

        FraudStatus code = outcome.Answer.Code != 0 ? outcome.Answer.Code : outcome.Upload.Code;
        string why = SnakeCase.Of(code.ToString());
        string mistakes = string.Concat(outcome.Mistakes.Select(mistake => "\n" + mistake));
        throw new CliException(
            outcome.Mistakes.Count > 0 ? ExitCode.File : ExitCode.Refused, why,
            $"The policy '{policy}' was not put in force: {why}.{mistakes}");
    }

    private static byte[]? TryHash(string policy) =>
        policy.Length == 64 && policy.All(char.IsAsciiHexDigit) && !File.Exists(policy)
            ? Convert.FromHexString(policy)
            : null;

    private static (byte[] Document, Dictionary<string, byte[]> Files) Read(string policy)
    {
        if (policy == FraudDoor.Shipped)
        {
            byte[] shipped = ShippedPolicy.Document();
            return (shipped, FilesOf(shipped, ShippedPolicy.File));
        }

        try
        {
            byte[] document = PolicyFolder.Read(policy, PolicyLimits.FileBytesMax)
                ?? throw new FileNotFoundException($"The policy file {policy} is not there.", policy);
            PolicyFolder folder = new(Path.GetDirectoryName(Path.GetFullPath(policy))!);
            return (document, FilesOf(document, name => folder.ReadInside(name, ModelLimits.FileSizeMax)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "policy_unusable", e.Message, e);
        }
    }

    // What is missing the node tells, with its place in the policy file.
    private static Dictionary<string, byte[]> FilesOf(byte[] document, Func<string, byte[]?> file)
    {
        Dictionary<string, byte[]> files = [];
        foreach (string name in FraudPolicy.FilesNamedBy(document))
        {
            if (file(name) is { Length: > 0 } content)
            {
                files[name] = content;
            }
        }

        return files;
    }
}
