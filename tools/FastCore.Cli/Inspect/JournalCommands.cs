using System.Runtime.InteropServices;
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
        ReadOnlySpan<byte> rest = entry.Commands;
        for (int i = 0; i < entry.CommandCount; i++)
        {
            CommandHeader header = MemoryMarshal.Read<CommandHeader>(rest);
            ReadOnlySpan<byte> body = rest[CommandHeader.Size..(int)header.Length];
            commands.Add((JsonNode)One(header, body, objects));
            int padded = ((int)header.Length + CommandHeader.Alignment - 1) & -CommandHeader.Alignment;
            rest = rest[Math.Min(padded, rest.Length)..];
        }

        return commands;
    }

    private static JsonObject One(in CommandHeader header, ReadOnlySpan<byte> body, bool objects)
    {
        Operation number = (Operation)header.Operation;
        OperationShape? shape = OperationTable.Find(number);
        JsonObject command = new()
        {
            ["operation"] = shape?.Name ?? $"operation {header.Operation}",
            ["count"] = header.Count,
            ["key"] = WireJson.Number((UInt128)header.Key),
            ["principal"] = header.Principal,
            ["bytes"] = header.Length,
        };
        if (objects && WireCatalog.Find(number) is WireOperation operation)
        {
            JsonArray content = [];
            for (int at = operation.Shape.PrefixSize; at < body.Length; at += operation.Shape.ElementSize)
            {
                content.Add((JsonNode)WireJson.Of(operation.Element, body.Slice(at, operation.Shape.ElementSize)));
            }

            command["objects"] = content;
        }

        return command;
    }
}
