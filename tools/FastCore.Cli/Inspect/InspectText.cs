using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;

namespace FastCore.Cli.Inspect;

/// <summary>The findings as lines for people.</summary>
internal static class InspectText
{
    /// <summary>Writes the document as lines.</summary>
    public static void Write(CliContext context, JsonObject document)
    {
        if (document["accounts"] is JsonArray accounts)
        {
            WriteAccounts(context, document, accounts);
            return;
        }

        JsonArray partitions = document["partitions"]!.AsArray();
        context.Say($"{document["data"]}: {partitions.Count} partition(s) shown");
        foreach (JsonNode? node in partitions)
        {
            JsonObject partition = node!.AsObject();
            context.Say(string.Join(' ', partition.Where(pair => pair.Value is not (JsonArray or JsonObject))
                .Select(pair => $"{pair.Key}={pair.Value?.ToString() ?? "none"}")));
            if (partition["checkpoint"] is JsonObject checkpoint)
            {
                context.Say("  checkpoint " + WireJson.TextOf(checkpoint));
            }

            foreach (JsonNode? entry in partition["entries"]?.AsArray() ?? [])
            {
                string hash = entry!["hash"]!.ToString()[..16];
                context.Say($"  entry {entry["sequence"]} at {entry["timestamp"]}, hash {hash}…");
                WriteCommands(context, entry["commands"]!.AsArray());
            }
        }
    }

    private static void WriteAccounts(CliContext context, JsonObject document, JsonArray accounts)
    {
        context.Say(
            $"{document["data"]}: book {document["book"]} after sequence {document["sequence"]} of partition " +
            $"{document["partition"]}: {accounts.Count} of {document["accounts_total"]} account(s) shown");
        foreach (JsonNode? account in accounts)
        {
            context.Say("  " + WireJson.TextOf(account!.AsObject()));
        }
    }

    private static void WriteCommands(CliContext context, JsonArray commands)
    {
        foreach (JsonNode? command in commands)
        {
            context.Say(
                $"    {command!["operation"]} x {command["count"]}, key {command["key"]}, " +
                $"principal {command["principal"]}, {command["bytes"]} bytes");
            foreach (JsonNode? item in command["objects"]?.AsArray() ?? [])
            {
                context.Say("      " + WireJson.TextOf(item!.AsObject()));
            }
        }
    }
}
