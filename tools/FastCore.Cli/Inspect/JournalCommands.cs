using System.Text.Json.Nodes;
using FastCore.Cli.Wire;
using FastCore.Engine.Ports;
using FastCore.Protocol;

namespace FastCore.Cli.Inspect;

/// <summary>The commands of a journal entry, decoded.</summary>
internal static class JournalCommands
{
    /// <summary>Every command with operation, key and count; with <paramref name="objects"/> its content too.</summary>
    public static JsonArray Of(IJournalReader entry, bool objects)
    {
        JsonArray commands = [];
        CommandCursor cursor = new(entry);
        while (cursor.MoveNext())
        {
            commands.Add((JsonNode)One(cursor, objects));
        }

        return commands;
    }

    private static JsonObject One(in CommandCursor cursor, bool objects)
    {
        JsonObject command = new()
        {
            ["operation"] = cursor.Name,
            ["count"] = cursor.Header.Count,
            ["key"] = WireJson.Number((UInt128)cursor.Header.Key),
            ["principal"] = cursor.Header.Principal,
            ["bytes"] = cursor.Header.Length,
        };
        if (objects && WireCatalog.Find((Operation)cursor.Header.Operation) is WireOperation operation)
        {
            JsonArray content = [];
            int size = operation.Shape.ElementSize;
            for (int at = operation.Shape.PrefixSize; at < cursor.Body.Length; at += size)
            {
                content.Add((JsonNode)WireJson.Of(operation.Element, cursor.Body.Slice(at, size)));
            }

            command["objects"] = content;
        }

        return command;
    }
}
