namespace FastCore.Simulation.Tests;

/// <summary>Structs as text for people.</summary>
internal static class StructText
{
    /// <summary>All fields that are not zero.</summary>
    public static string Of(object row) => string.Join(
        ", ",
        row.GetType().GetFields().Where(field => !field.IsStatic)
            .Select(field => (field.Name, Value: field.GetValue(row)!.ToString()))
            .Where(field => field.Value is not ("0" or "None"))
            .Select(field => $"{field.Name} {field.Value}"));
}
