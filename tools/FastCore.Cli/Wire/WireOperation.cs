using FastCore.Protocol;

namespace FastCore.Cli.Wire;

/// <summary>An operation as text: its shape on the wire and the structs of its elements and results.</summary>
/// <param name="Shape">Sizes and key.</param>
/// <param name="Name">Name in the grammar.</param>
/// <param name="Element">Struct of one element.</param>
/// <param name="Result">Struct of one result.</param>
/// <param name="CodeField">The result's field that tells the outcome, shown as <c>code</c>; null for objects.</param>
/// <param name="Summary">What it does, for the help.</param>
internal sealed record WireOperation(
    OperationShape Shape,
    string Name,
    WireStruct Element,
    WireStruct Result,
    string? CodeField,
    string Summary)
{
    /// <summary>Whether a prefix carries the book, so that all objects of a line share it.</summary>
    public bool HasPrefix => Shape.PrefixSize > 0;

    /// <summary>The element's field that is the partition key, when there is no prefix and a key at all.</summary>
    public WireField? KeyField =>
        HasPrefix || Shape.IsForAll
            ? null
            : Element.Fields.Single(candidate => candidate.Offset == Shape.KeyOffset && candidate.Size == 8);
}
