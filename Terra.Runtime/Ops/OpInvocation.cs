using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// One op with its arguments, and after it ran its results: what is executed, recorded, validated and differentiated.
/// Arguments are added in the order of the schema; tensor arguments and the others are kept in two sequences.
/// </summary>
public sealed class OpInvocation
{
    private TensorImpl?[] _inputs;
    private Attr[] _attrs;
    private int _inputCount;
    private int _attrCount;

    public OpInvocation(OpDef op)
    {
        Op = op;
        _inputs = op.Schema.TensorArguments == 0 ? [] : new TensorImpl?[op.Schema.TensorArguments];
        _attrs = op.Schema.Attributes == 0 ? [] : new Attr[op.Schema.Attributes];
    }

    private OpInvocation(OpInvocation original, TensorImpl?[] inputs, TensorImpl[] outputs)
    {
        Op = original.Op;
        _inputs = inputs;
        _inputCount = inputs.Length;
        _attrs = original._attrs;
        _attrCount = original._attrCount;
        Outputs = outputs;
    }

    public OpDef Op { get; }

    /// <summary>Tensor arguments in schema order, a list's elements one after another; absent optional ones are null.</summary>
    public ReadOnlySpan<TensorImpl?> Inputs => _inputs.AsSpan(0, _inputCount);

    /// <summary>The other arguments in schema order.</summary>
    public ReadOnlySpan<Attr> Attrs => _attrs.AsSpan(0, _attrCount);

    /// <summary>The results; for an op that mutates and returns an argument, that very argument. Empty before the op ran.</summary>
    public TensorImpl[] Outputs { get; set; } = [];

    /// <summary>
    /// The value a mutated argument had before the op, where the derivative needs it: <see cref="Autograd.Tape.Prepare"/> sets it.
    /// </summary>
    internal TensorImpl? MutatedOriginal { get; set; }

    /// <summary>The same op and attributes with other tensors: what the tape keeps. No more arguments may be added to either.</summary>
    internal OpInvocation WithTensors(TensorImpl?[] inputs, TensorImpl[] outputs) => new(this, inputs, outputs);

    public TensorImpl Input(int index) => _inputs[index]!;

    /// <summary>A tensor argument, null if it is absent or beyond the end of a list.</summary>
    public TensorImpl? OptionalInput(int index) => index < _inputCount ? _inputs[index] : null;

    public ScalarValue Scalar(int index) => _attrs[index].AsScalar;

    public ScalarValue? OptionalScalar(int index) => _attrs[index].Kind == AttrKind.None ? null : _attrs[index].AsScalar;

    public long Int(int index) => _attrs[index].AsInt;

    public bool Bool(int index) => _attrs[index].AsBool;

    public long[] Ints(int index) => _attrs[index].AsInts;

    public long[]? OptionalInts(int index) => _attrs[index].Kind == AttrKind.None ? null : _attrs[index].AsInts;

    public DType? OptionalDType(int index) => _attrs[index].Kind == AttrKind.None ? null : _attrs[index].AsDType;

    public OpInvocation Add(TensorImpl? tensor)
    {
        if (_inputCount == _inputs.Length)
        {
            Array.Resize(ref _inputs, Math.Max(4, _inputs.Length * 2));
        }

        _inputs[_inputCount++] = tensor;
        return this;
    }

    /// <summary>Adds a list of tensors; an op has at most one list, as its last tensor argument.</summary>
    public OpInvocation Add(TensorImpl[] tensors)
    {
        foreach (TensorImpl tensor in tensors)
        {
            Add(tensor);
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

    /// <summary>Adds all of another invocation's non-tensor arguments.</summary>
    internal OpInvocation AddAttributesOf(OpInvocation other)
    {
        foreach (ref readonly Attr attr in other.Attrs)
        {
            Add(attr);
        }

        return this;
    }

    private OpInvocation Add(in Attr attr)
    {
        if (_attrCount == _attrs.Length)
        {
            Array.Resize(ref _attrs, Math.Max(4, _attrs.Length * 2));
        }

        _attrs[_attrCount++] = attr;
        return this;
    }

    public override string ToString() => $"{Op.Name}({_inputCount} tensors; {string.Join(", ", _attrs.Take(_attrCount))})";
}
