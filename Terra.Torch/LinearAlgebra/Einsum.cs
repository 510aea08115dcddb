namespace TorchSharp;

/// <summary>
/// Einstein summation: the operands are contracted one after another, each pair as one batched matrix product, and labels that neither the
/// result nor a later operand has are summed over as soon as possible.
/// </summary>
internal static class Einsum
{
    /// <summary>Stands for the dimensions of an ellipsis: as many labels from here on as there are dimensions.</summary>
    private const int FirstEllipsisLabel = 1000;

    public static torch.Tensor Run(string equation, torch.Tensor[] operands)
    {
        (string[] inputs, string? output) = Parse(equation, operands.Length);
        int ellipsis = 0;
        for (int i = 0; i < operands.Length; i++)
        {
            ellipsis = Math.Max(ellipsis, EllipsisRank(inputs[i], operands[i]));
        }

        int[][] labels = [.. inputs.Select((text, i) => Labels(text, EllipsisRank(text, operands[i]), ellipsis))];
        int[] result = output is null ? ImplicitResult(labels) : Labels(output, output.Contains("...", StringComparison.Ordinal) ? ellipsis : 0, ellipsis);
        Check(labels, result, operands, equation);
        return torch.WrappedTensorDisposeScope(() => Contract(labels, result, operands));
    }

    private static torch.Tensor Contract(int[][] labels, int[] result, torch.Tensor[] operands)
    {
        (torch.Tensor tensor, List<int> have) = Diagonal(operands[0], labels[0]);
        for (int next = 1; next < operands.Length; next++)
        {
            HashSet<int> needed = [.. result, .. labels.Skip(next + 1).SelectMany(list => list)];
            (torch.Tensor other, List<int> others) = Diagonal(operands[next], labels[next]);
            (tensor, have) = SumOut(tensor, have, label => needed.Contains(label) || others.Contains(label));
            (other, others) = SumOut(other, others, label => needed.Contains(label) || have.Contains(label));
            (tensor, have) = Multiply(tensor, have, other, others, needed);
        }

        (tensor, have) = SumOut(tensor, have, label => result.Contains(label));
        return tensor.permute([.. result.Select(label => (long)have.IndexOf(label))]).contiguous();
    }

    /// <summary>Repeated labels of one operand become its diagonal.</summary>
    private static (torch.Tensor Tensor, List<int> Labels) Diagonal(torch.Tensor tensor, int[] labels)
    {
        List<int> have = [.. labels];
        for (int i = 0; i < have.Count; i++)
        {
            int again;
            while ((again = have.IndexOf(have[i], i + 1)) >= 0)
            {
                int label = have[i];
                tensor = tensor.diagonal(0, i, again).movedim([-1], [i]);
                have.RemoveAt(again);
                have.RemoveAt(i);
                have.Insert(i, label);
            }
        }

        return (tensor, have);
    }

    private static (torch.Tensor Tensor, List<int> Labels) SumOut(torch.Tensor tensor, List<int> labels, Func<int, bool> isKept)
    {
        long[] summed = [.. Enumerable.Range(0, labels.Count).Where(d => !isKept(labels[d])).Select(d => (long)d)];
        return summed.Length == 0 ? (tensor, labels) : (tensor.sum(summed), [.. labels.Where(isKept)]);
    }

    /// <summary>The product of two operands, summed over the labels both have and nobody needs any more.</summary>
    private static (torch.Tensor Tensor, List<int> Labels) Multiply(
        torch.Tensor left, List<int> leftLabels, torch.Tensor right, List<int> rightLabels, HashSet<int> needed)
    {
        int[] shared = [.. leftLabels.Where(rightLabels.Contains)];
        foreach (int label in shared)
        {
            // A size of one broadcasts.
            long size = Math.Max(left.size(leftLabels.IndexOf(label)), right.size(rightLabels.IndexOf(label)));
            left = Widen(left, leftLabels.IndexOf(label), size);
            right = Widen(right, rightLabels.IndexOf(label), size);
        }

        int[] batch = [.. shared.Where(needed.Contains)], summed = [.. shared.Where(label => !needed.Contains(label))];
        int[] rows = [.. leftLabels.Except(shared)], columns = [.. rightLabels.Except(shared)];
        long[] Sizes(torch.Tensor tensor, List<int> labels, int[] wanted) => [.. wanted.Select(label => tensor.size(labels.IndexOf(label)))];
        long[] batchSizes = Sizes(left, leftLabels, batch), rowSizes = Sizes(left, leftLabels, rows), columnSizes = Sizes(right, rightLabels, columns);
        long inner = Sizes(left, leftLabels, summed).TotalSize(), count = batchSizes.TotalSize();
        torch.Tensor first = Arranged(left, leftLabels, [.. batch, .. rows, .. summed]).reshape(count, rowSizes.TotalSize(), inner);
        torch.Tensor second = Arranged(right, rightLabels, [.. batch, .. summed, .. columns]).reshape(count, inner, columnSizes.TotalSize());
        return (first.bmm(second).view([.. batchSizes, .. rowSizes, .. columnSizes]), [.. batch, .. rows, .. columns]);
    }

    private static torch.Tensor Widen(torch.Tensor tensor, int dim, long size)
    {
        long[] sizes = tensor.shape;
        sizes[dim] = size;
        return tensor.expand(sizes);
    }

    private static torch.Tensor Arranged(torch.Tensor tensor, List<int> labels, int[] order) =>
        tensor.permute([.. order.Select(label => (long)labels.IndexOf(label))]);

    private static (string[] Inputs, string? Output) Parse(string equation, int operands)
    {
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] inputs = sides[0].Split(',');
        if (sides.Length > 2 || inputs.Length != operands)
        {
            throw new ArgumentException(
                $"einsum(): '{equation}' has {inputs.Length} operands, but {operands} were given", nameof(equation));
        }

        return (inputs, sides.Length == 2 ? sides[1] : null);
    }

    private static int EllipsisRank(string text, torch.Tensor operand)
    {
        int letters = text.Replace(".", "", StringComparison.Ordinal).Length;
        bool hasEllipsis = text.Contains("...", StringComparison.Ordinal);
        if (operand.dim() < letters || (operand.dim() > letters && !hasEllipsis))
        {
            throw new ArgumentException($"einsum(): the subscripts '{text}' do not fit an operand of {operand.dim()} dimensions", nameof(text));
        }

        return (int)operand.dim() - letters;
    }

    /// <summary>Letters as they are; an ellipsis as labels of its own, the last of which belong to its last dimensions.</summary>
    private static int[] Labels(string text, int rank, int largest)
    {
        List<int> labels = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("..."))
            {
                labels.AddRange(Enumerable.Range(FirstEllipsisLabel + largest - rank, rank));
                i += 2;
                continue;
            }

            labels.Add(char.IsAsciiLetter(text[i])
                ? text[i]
                : throw new ArgumentException($"einsum(): '{text[i]}' is no valid subscript: use letters, and ... for the other dimensions", nameof(text)));
        }

        return [.. labels];
    }

    /// <summary>Without an arrow: the ellipsis, then the letters that occur once, in alphabetical order.</summary>
    private static int[] ImplicitResult(int[][] labels)
    {
        int[] all = [.. labels.SelectMany(list => list)];
        IEnumerable<int> ellipsis = all.Where(label => label >= FirstEllipsisLabel).Distinct().Order();
        return [.. ellipsis, .. all.Where(label => label < FirstEllipsisLabel && all.Count(other => other == label) == 1).Order()];
    }

    private static void Check(int[][] labels, int[] result, torch.Tensor[] operands, string equation)
    {
        var sizes = new Dictionary<int, long>();
        for (int i = 0; i < operands.Length; i++)
        {
            for (int d = 0; d < labels[i].Length; d++)
            {
                long size = operands[i].size(d);
                if (sizes.TryGetValue(labels[i][d], out long known) && known != size && known != 1 && size != 1)
                {
                    throw new ArgumentException($"einsum(): in '{equation}' a subscript has sizes {known} and {size}", nameof(operands));
                }

                sizes[labels[i][d]] = Math.Max(size, sizes.GetValueOrDefault(labels[i][d], 1));
            }
        }

        if (result.Distinct().Count() != result.Length || result.Any(label => !sizes.ContainsKey(label)))
        {
            throw new ArgumentException($"einsum(): the result's subscripts in '{equation}' repeat, or no operand has them", nameof(equation));
        }
    }
}

public static partial class torch
{
    /// <summary>
    /// Sums of products after Einstein: "ij,jk->ik" is the product of matrices. Letters name dimensions, ... stands for further ones, which
    /// broadcast; without an arrow the result has the letters that occur once.
    /// </summary>
    /// <exception cref="ArgumentException">The equation is no valid one, or does not fit the tensors.</exception>
    public static Tensor einsum(string equation, params Tensor[] tensors) => Einsum.Run(equation, tensors);
}
