namespace Terra.Runtime.Ops;

/// <summary>
/// An op's signature in ATen's notation, e.g. <c>aten::add_.Tensor(Tensor(a!) self, Tensor other, Scalar alpha) -> Tensor(a!)</c>.
/// An op for its effects alone returns <c>()</c>. Types: Tensor, Tensor?, Tensor[], Scalar, Scalar?, float, int, bool, int[], int[]?, bool[], ScalarType, ScalarType?, str, Philox.
/// </summary>
public sealed class OpSchema
{
    private OpSchema(string text, string name, List<string> tensors, List<string> attributes, List<int> mutated, int returns, int[] returnsAlias, int lists)
    {
        Text = text;
        Name = name;
        TensorNames = tensors;
        AttributeNames = attributes;
        MutatedInputs = [.. mutated];
        Returns = returns;
        ReturnsInput = returnsAlias;
        ReturnPositions = [.. Enumerable.Range(0, returns)];
        TensorLists = lists;
    }

    /// <summary>The notation it was parsed from.</summary>
    public string Text { get; }

    /// <summary>Qualified name with overload: <c>aten::add_.Tensor</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<string> TensorNames { get; }

    public IReadOnlyList<string> AttributeNames { get; }

    public int TensorArguments => TensorNames.Count;

    public int Attributes => AttributeNames.Count;

    /// <summary>
    /// Positions (among the tensor arguments) the op writes in place: those marked <c>(x!)</c>. Where they are among the tensors of a call, lists
    /// counted out, says <see cref="OpInvocation.MutatedInputs"/>.
    /// </summary>
    public int[] MutatedInputs { get; }

    public int Returns { get; }

    /// <summary>For each return, the tensor argument it is (an in-place op's <c>Tensor(a!)</c>), or -1 for a fresh tensor.</summary>
    public int[] ReturnsInput { get; }

    /// <summary>0, 1, ... for each result.</summary>
    internal int[] ReturnPositions { get; }

    /// <summary>How many of the last tensor arguments are lists of any length.</summary>
    public int TensorLists { get; }

    /// <summary>The last tensor argument is a list of any length.</summary>
    public bool HasTensorList => TensorLists > 0;

    /// <summary>Lists are written in place.</summary>
    internal bool MutatesLists => MutatedInputs.Length > 0 && MutatedInputs[^1] >= TensorArguments - TensorLists;

    /// <exception cref="FormatException">The text is no schema.</exception>
    public static OpSchema Parse(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        int arrow = text.LastIndexOf("->", StringComparison.Ordinal);
        int close = arrow < 0 ? -1 : text.LastIndexOf(')', arrow);
        if (open < 0 || close < open)
        {
            throw new FormatException($"'{text}' is not an op schema: expected name(arguments) -> returns");
        }

        List<string> tensors = [], attributes = [], marks = [];
        List<int> mutated = [];
        int lists = 0;
        foreach (string argument in Split(text[(open + 1)..close]))
        {
            int space = argument.LastIndexOf(' ');
            string type = argument[..space].Trim(), name = argument[(space + 1)..];
            if (!type.StartsWith("Tensor", StringComparison.Ordinal))
            {
                attributes.Add(name);
                continue;
            }

            bool isList = type.EndsWith("[]", StringComparison.Ordinal);
            if (lists > 0 && !isList)
            {
                throw new FormatException($"'{text}': the last tensor arguments must be the Tensor[]s");
            }

            lists += isList ? 1 : 0;
            if (type.Contains('!', StringComparison.Ordinal))
            {
                mutated.Add(tensors.Count);
            }

            marks.Add(Mark(type));
            tensors.Add(name);
        }

        string result = text[(arrow + 2)..].Trim();
        string[] returns = Split(result.StartsWith('(') ? result[1..^1] : result).ToArray();
        int[] aliases = returns.Select(type => Mark(type) is { Length: > 0 } mark ? marks.IndexOf(mark) : -1).ToArray();
        return new OpSchema(text, text[..open].Trim(), tensors, attributes, mutated, returns.Length, aliases, lists);
    }

    private static string Mark(string type)
    {
        int open = type.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? "" : type[open..(type.IndexOf(')', StringComparison.Ordinal) + 1)];
    }

    private static IEnumerable<string> Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
