using System.Runtime.CompilerServices;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// One op with its arguments, and after it ran its results: what is executed, recorded, validated and differentiated.
/// Arguments are added in the order of the schema; tensor arguments and the others are kept in two sequences.
/// </summary>
public sealed class OpInvocation
{
    private FewInputs _fewInputs;
    private FewAttrs _fewAttrs;
    private TensorImpl?[]? _manyInputs;
    private Attr[]? _manyAttrs;
    private int _inputCount;
    private int _attrCount;
    private int[]? _listEnds;
    private int _lists;
    private int[]? _mutatedInputs;

    public OpInvocation(OpDef op) => Op = op;

    private OpInvocation(OpInvocation original, TensorImpl?[] inputs, TensorImpl[] outputs)
    {
        Op = original.Op;
        _manyInputs = inputs;
        _inputCount = inputs.Length;
        _fewAttrs = original._fewAttrs;
        _manyAttrs = original._manyAttrs;
        _attrCount = original._attrCount;
        _listEnds = original._listEnds;
        _lists = original._lists;
        Outputs = outputs;
    }

    public OpDef Op { get; }

    /// <summary>Tensor arguments in schema order, a list's elements one after another; absent optional ones are null.</summary>
    public ReadOnlySpan<TensorImpl?> Inputs => _manyInputs is null ? ((ReadOnlySpan<TensorImpl?>)_fewInputs)[.._inputCount] : _manyInputs.AsSpan(0, _inputCount);

    /// <summary>Positions in <see cref="Inputs"/> of the tensors the op writes in place.</summary>
    internal ReadOnlySpan<int> MutatedInputs => Op.Schema.MutatesLists ? _mutatedInputs ??= FindMutated() : Op.Schema.MutatedInputs;

    /// <summary>The other arguments in schema order.</summary>
    public ReadOnlySpan<Attr> Attrs => _manyAttrs is null ? ((ReadOnlySpan<Attr>)_fewAttrs)[.._attrCount] : _manyAttrs.AsSpan(0, _attrCount);

    /// <summary>The results; for an op that mutates and returns an argument, that very argument. Empty before the op ran.</summary>
    public TensorImpl[] Outputs { get; set; } = [];

    /// <summary>
    /// The value a mutated argument had before the op, where the derivative needs it: <see cref="Autograd.Tape.Prepare"/> sets it.
    /// </summary>
    internal TensorImpl? MutatedOriginal { get; set; }

    /// <summary>The same op and attributes with other tensors: what the tape keeps. No more arguments may be added to either.</summary>
    internal OpInvocation WithTensors(TensorImpl?[] inputs, TensorImpl[] outputs) => new(this, inputs, outputs);

    public TensorImpl Input(int index) => Inputs[index]!;

    /// <summary>A tensor argument, null if it is absent or beyond the end of a list.</summary>
    public TensorImpl? OptionalInput(int index) => index < _inputCount ? Inputs[index] : null;

    /// <summary>The tensors of a list, counted among the op's lists.</summary>
    public ReadOnlySpan<TensorImpl?> List(int list)
    {
        int fixedInputs = Op.Schema.TensorArguments - Op.Schema.TensorLists;
        if (Op.Schema.TensorLists == 1)
        {
            return Inputs[fixedInputs..];
        }

        return Inputs[(list == 0 ? fixedInputs : _listEnds![list - 1]).._listEnds![list]];
    }

    public ScalarValue Scalar(int index) => Attrs[index].AsScalar;

    public ScalarValue? OptionalScalar(int index) => Attrs[index].Kind == AttrKind.None ? null : Attrs[index].AsScalar;

    public long Int(int index) => Attrs[index].AsInt;

    public bool Bool(int index) => Attrs[index].AsBool;

    public long[] Ints(int index) => Attrs[index].AsInts;

    public long[]? OptionalInts(int index) => Attrs[index].Kind == AttrKind.None ? null : Attrs[index].AsInts;

    public DType? OptionalDType(int index) => Attrs[index].Kind == AttrKind.None ? null : Attrs[index].AsDType;

    public OpInvocation Add(TensorImpl? tensor)
    {
        if (_manyInputs is null && _inputCount < FewInputs.Length)
        {
            _fewInputs[_inputCount++] = tensor;
            return this;
        }

        if (_manyInputs is null || _inputCount == _manyInputs.Length)
        {
            var grown = new TensorImpl?[_inputCount * 2];
            Inputs.CopyTo(grown);
            _manyInputs = grown;
        }

        _manyInputs[_inputCount++] = tensor;
        return this;
    }

    /// <summary>Adds a list of tensors; lists are an op's last tensor arguments.</summary>
    public OpInvocation Add(TensorImpl[] tensors)
    {
        foreach (TensorImpl tensor in tensors)
        {
            Add(tensor);
        }

        if (Op.Schema.TensorLists > 1)
        {
            _listEnds ??= new int[Op.Schema.TensorLists];
            _listEnds[_lists++] = _inputCount;
        }

        return this;
    }

    public OpInvocation Add(ScalarValue value) => Add(Attr.Of(value));

    public OpInvocation Add(ScalarValue? value) => Add(Attr.Of(value));

    /// <summary>Adds a floating-point number as a scalar that may become a feed.</summary>
    public OpInvocation Add(double value) => Add(Attr.Of((ScalarValue)value));

    public OpInvocation Add(long value) => Add(Attr.Of(value));

    public OpInvocation Add(bool value) => Add(Attr.Of(value));

    public OpInvocation Add(long[]? value) => Add(Attr.Of(value));

    public OpInvocation Add(bool[]? value) => Add(Attr.Of(value));

    public OpInvocation Add(DType value) => Add(Attr.Of(value));

    public OpInvocation Add(DType? value) => Add(Attr.Of(value));

    public OpInvocation Add(string? value) => Add(Attr.Of(value));

    public OpInvocation Add(PhiloxState value) => Add(Attr.Of(value));

    private int[] FindMutated()
    {
        var positions = new List<int>();
        int fixedInputs = Op.Schema.TensorArguments - Op.Schema.TensorLists;
        foreach (int argument in Op.Schema.MutatedInputs)
        {
            if (argument < fixedInputs)
            {
                positions.Add(argument);
                continue;
            }

            int list = argument - fixedInputs;
            int start = list == 0 ? fixedInputs : _listEnds![list - 1], end = Op.Schema.TensorLists == 1 ? _inputCount : _listEnds![list];
            positions.AddRange(Enumerable.Range(start, end - start));
        }

        return [.. positions];
    }

    private OpInvocation Add(in Attr attr)
    {
        if (_manyAttrs is null && _attrCount < FewAttrs.Length)
        {
            _fewAttrs[_attrCount++] = attr;
            return this;
        }

        if (_manyAttrs is null || _attrCount == _manyAttrs.Length)
        {
            var grown = new Attr[_attrCount * 2];
            Attrs.CopyTo(grown);
            _manyAttrs = grown;
        }

        _manyAttrs[_attrCount++] = attr;
        return this;
    }

    public override string ToString() => $"{Op.Name}({_inputCount} tensors; {string.Join(", ", Attrs.ToArray())})";

    [InlineArray(Length)]
    private struct FewInputs
    {
        public const int Length = 3;

        private TensorImpl? _first;
    }

    [InlineArray(Length)]
    private struct FewAttrs
    {
        public const int Length = 2;

        private Attr _first;
    }
}
