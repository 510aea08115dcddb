using Mono.Cecil;

namespace Terra.Weaver;

/// <summary>The name a programmer knows a method by: what the compiler made of it goes under the method it came from.</summary>
internal static class SourceName
{
    public static string Of(MethodDefinition method)
    {
        TypeDefinition type = method.DeclaringType;
        string name = method.Name;
        while (type.IsNested && type.Name.StartsWith("<", StringComparison.Ordinal))
        {
            if (name == "MoveNext" && Between(type.Name) is { Length: > 0 } source)
            {
                name = type.Name.StartsWith("<<", StringComparison.Ordinal) ? type.Name.Substring(1, type.Name.LastIndexOf('>') - 1) : source;
            }

            type = type.DeclaringType;
        }

        string owner = type.FullName.Replace('/', '.');
        return $"{owner}.{Readable(name)}";
    }

    private static string Readable(string name)
    {
        if (!name.StartsWith("<", StringComparison.Ordinal) || name.IndexOf('>') is var close && close < 2)
        {
            return name;
        }

        string source = Readable(Between(name));
        string rest = name.Substring(close + 1);
        if (rest.StartsWith("g__", StringComparison.Ordinal))
        {
            int bar = rest.IndexOf('|');
            return $"{source}.{rest.Substring(3, (bar < 0 ? rest.Length : bar) - 3)}";
        }

        return rest.StartsWith("b__", StringComparison.Ordinal) ? $"{source}.lambda" : source;
    }

    private static string Between(string name)
    {
        int close = name.IndexOf('>');
        return close > 1 ? name.Substring(1, close - 1) : "";
    }
}
