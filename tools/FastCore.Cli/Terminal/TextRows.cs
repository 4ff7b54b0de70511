using Spectre.Console;

namespace FastCore.Cli.Terminal;

/// <summary>Rows of tables that show what others named.</summary>
internal static class TextRows
{
    /// <summary>Adds a row of cells as they are: a bracket in them is no markup.</summary>
    public static void AddTextRow(this Table table, IEnumerable<string> cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)).ToArray());
}
