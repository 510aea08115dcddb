using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Arguments for one call of an op: its tensors, then its other arguments, each in schema order.</summary>
public sealed record Sample(TensorImpl?[] Inputs, params Attr[] Attrs)
{
    /// <summary>For an op of several tensor lists: how long each is.</summary>
    public int[] Lists { get; init; } = [];

    /// <summary>A tensor argument's elements.</summary>
    public Nd this[int input] => Nd.Of(Inputs[input]!);

    /// <summary>A scalar (or float) argument, counted among the non-tensor ones.</summary>
    public double Number(int attr) => Attrs[attr].AsScalar.ToDouble();

    public long Int(int attr) => Attrs[attr].AsInt;

    public long[] Ints(int attr) => Attrs[attr].AsInts;

    public bool Bool(int attr) => Attrs[attr].AsBool;

    /// <summary>The call, not run yet.</summary>
    public OpInvocation Call(OpDef op)
    {
        var call = new OpInvocation(op);
        int fixedInputs = Inputs.Length - Lists.Sum();
        foreach (TensorImpl? input in Inputs.AsSpan(0, fixedInputs))
        {
            call.Add(input);
        }

        for (int list = 0; list < Lists.Length; list++)
        {
            call.Add(List(list));
        }

        return AddAttributes(call, Attrs);
    }

    /// <summary>The tensors of one of <see cref="Lists"/>.</summary>
    public TensorImpl[] List(int list)
    {
        int start = Inputs.Length - Lists.AsSpan(list).ToArray().Sum();
        return Inputs.AsSpan(start, Lists[list]).ToArray()!;
    }

    /// <summary>Positions of the tensors the op writes.</summary>
    public int[] Mutated(OpDef op) => Call(op).MutatedInputs.ToArray();

    public static OpInvocation AddAttributes(OpInvocation call, Attr[] attrs)
    {
        foreach (Attr attr in attrs)
        {
            _ = attr.Kind switch
            {
                AttrKind.None => call.Add((ScalarValue?)null),
                AttrKind.Bool => call.Add(attr.AsBool),
                AttrKind.Int => call.Add(attr.AsInt),
                AttrKind.IntList => call.Add(attr.AsInts),
                AttrKind.BoolList => call.Add(attr.AsBools),
                AttrKind.DType => call.Add(attr.AsDType),
                AttrKind.String => call.Add(attr.AsString),
                AttrKind.Philox => call.Add(attr.AsPhilox),
                _ => call.Add(attr.AsScalar),
            };
        }

        return call;
    }

    /// <summary>The same arguments on tensors that share no memory with these, in the same layouts.</summary>
    public Sample Copy() => this with { Inputs = Array.ConvertAll(Inputs, static input => input is null ? null : CopyOf(input)) };

    /// <summary>The tensors' elements stored in other orders and with gaps; and, unless told otherwise, with the first dimension expanded.</summary>
    public IEnumerable<Sample> Layouts(int[] mutated, bool expanded)
    {
        yield return this;
        if (Inputs.All(static input => input is null || input.Rank == 0))
        {
            yield break;
        }

        yield return this with { Inputs = Array.ConvertAll(Inputs, static input => input is null ? null : Stored(input, reversed: true, gap: 1, offset: 0)) };
        yield return this with { Inputs = Array.ConvertAll(Inputs, static input => input is null ? null : Stored(input, reversed: false, gap: 2, offset: 3)) };
        if (expanded)
        {
            yield return this with { Inputs = [.. Inputs.Select((input, i) => input is null || mutated.Contains(i) ? input : Expanded(input))] };
        }
    }

    public override string ToString() =>
        $"({string.Join(", ", Inputs.Select(static input => input is null ? "none" : $"{input.DType}{input.Layout}"))}; {string.Join(", ", Attrs.Select(static attr => attr.Kind == AttrKind.IntList ? $"[{string.Join(", ", attr.AsInts)}]" : attr.ToString()))})";

    /// <summary>A copy with its dimensions stored in row-major or in reversed order, elements a gap apart.</summary>
    private static TensorImpl Stored(TensorImpl tensor, bool reversed, long gap, long offset)
    {
        var strides = new long[tensor.Rank];
        long stride = gap;
        for (int i = 0; i < tensor.Rank; i++)
        {
            int d = reversed ? i : tensor.Rank - 1 - i;
            strides[d] = stride;
            stride *= Math.Max(tensor.Sizes[d], 1);
        }

        TensorImpl buffer = TensorBits.From(tensor.DType, [stride + offset], static i => i % 2);
        TensorImpl copy = TensorBits.View(buffer, tensor.Sizes.ToArray(), strides, offset);
        long[] bits = TensorBits.ToBits(tensor);
        TensorBits.Fill(copy, i => bits[i]);
        return copy;
    }

    /// <summary>The first slice along the first dimension, in all its places.</summary>
    private static TensorImpl Expanded(TensorImpl tensor) => tensor.Rank == 0
        ? tensor
        : TensorBits.View(tensor, tensor.Sizes.ToArray(), [0, .. tensor.Layout.Strides[1..]]);

    private static TensorImpl CopyOf(TensorImpl tensor)
    {
        long length = tensor.Storage.ByteLength / tensor.DType.SizeInBytes();
        TensorImpl whole = TensorBits.View(tensor, [length], [1], -tensor.Offset), copy = TensorBits.Empty(tensor.DType, length);
        long[] bits = TensorBits.ToBits(whole);
        TensorBits.Fill(copy, i => bits[i]);
        return TensorBits.View(copy, tensor.Sizes.ToArray(), tensor.Layout.Strides.ToArray(), tensor.Offset);
    }
}
