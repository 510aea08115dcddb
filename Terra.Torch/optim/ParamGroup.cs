using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>The options all optimizers have. Null means the optimizer's own value.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    /// <summary>What schedulers start from.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>Takes over another's values.</summary>
    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
        Visit(new OptionVisitor.Giving(source.Taken(), onlyMissing: false));
    }

    /// <summary>Reads the values that <see cref="SaveStateDict"/> wrote.</summary>
    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
        Visit(new OptionVisitor.Reading(reader));
    }

    /// <summary>Writes the values in TorchSharp's format.</summary>
    public virtual void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate!.Value);
        Visit(new OptionVisitor.Writing(writer));
    }

    /// <summary>Names the options besides the learning rate, in the order of TorchSharp's files.</summary>
    private protected virtual void Visit(OptionVisitor visitor)
    {
    }

    /// <summary>Fills in what is not set.</summary>
    internal void Complete(OptimizerOptions defaults)
    {
        Visit(new OptionVisitor.Giving(defaults.Taken(), onlyMissing: true));
        if (LearningRate is null)
        {
            LearningRate = defaults.LearningRate;
            InitialLearningRate = defaults.LearningRate!.Value;
        }
        else if (InitialLearningRate == 0)
        {
            InitialLearningRate = LearningRate.Value;
        }
    }

    internal OptimizerOptions Copy() => (OptimizerOptions)MemberwiseClone();

    private OptionVisitor.Taking Taken()
    {
        var taking = new OptionVisitor.Taking();
        Visit(taking);
        return taking;
    }
}

/// <summary>What an optimizer keeps for one parameter.</summary>
public abstract class OptimizerState
{
    protected OptimizerState(Parameter parameter) => Parameter = parameter;

    internal Parameter Parameter { get; }

    /// <summary>Sets the state to that before the first step.</summary>
    public abstract void Initialize(OptimizerOptions options);

    /// <summary>Takes over copies of another's values.</summary>
    public abstract void LoadStateDict(OptimizerState source);

    /// <summary>Reads the values that <see cref="SaveStateDict"/> wrote.</summary>
    /// <exception cref="ArgumentException">A tensor has other sizes or another dtype.</exception>
    public abstract void LoadStateDict(BinaryReader reader);

    /// <summary>Writes the values in TorchSharp's format.</summary>
    public abstract void SaveStateDict(BinaryWriter writer);

    /// <summary>Whether another has nearly the same values; for tests.</summary>
    public virtual bool ApproximatelyEquals(OptimizerState other)
    {
        if (GetType() != other.GetType())
        {
            return false;
        }

        var comparing = new StateVisitor.Comparing(other.Taken());
        Visit(comparing);
        return comparing.AreEqual;
    }

    /// <summary>Moves the state to a device.</summary>
    public virtual void to(Device device)
    {
    }

    /// <summary>Names the numbers and tensors, in the order of TorchSharp's files.</summary>
    private protected virtual void Visit(StateVisitor visitor)
    {
    }

    private protected void Read(BinaryReader reader) => Visit(new StateVisitor.Reading(reader));

    private protected void Write(BinaryWriter writer) => Visit(new StateVisitor.Writing(writer));

    /// <summary>Takes over copies of what another state of the same class has.</summary>
    private protected void Take(OptimizerState source) => Visit(new StateVisitor.Giving(source.Taken()));

    private protected void DisposeTensors() => Visit(new StateVisitor.Disposing());

    internal static void Read(BinaryReader reader, ref Tensor? tensor) => LoadConditionalStateTensor(reader, ref tensor, null);

    internal static void Write(BinaryWriter writer, Tensor? tensor) => SaveConditionalStateTensor(writer, tensor);

    /// <summary>Reads a tensor that may be absent; it belongs to no dispose scope.</summary>
    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device? device)
    {
        if (!reader.ReadBoolean())
        {
            result?.Dispose();
            result = null;
            return;
        }

        Tensor? replaced = result;
        TensorExtensionMethods.Load(ref result, reader);
        if (!ReferenceEquals(result, replaced))
        {
            replaced?.Dispose();
            result!.DetachFromDisposeScope();
        }
    }

    /// <summary>Writes whether a tensor is there, and the tensor.</summary>
    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    /// <summary>A tensor of zeros like the parameter that belongs to no dispose scope.</summary>
    private protected Tensor ZerosLikeParameter()
    {
        using (no_grad())
        {
            return zeros_like(Parameter).DetachFromDisposeScope();
        }
    }

    private StateVisitor.Taking Taken()
    {
        var taking = new StateVisitor.Taking();
        Visit(taking);
        return taking;
    }
}

/// <summary>Parameters with common options.</summary>
public class ParamGroup : ILearningRateController
{
    public IEnumerable<Parameter> Parameters { get; set; } = [];

    public OptimizerOptions Options { get; set; } = null!;

    public double LearningRate
    {
        get => Options.LearningRate!.Value;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

/// <summary>Parameters with options of one optimizer.</summary>
public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions
{
    public ParamGroup()
    {
    }

    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        base.Options = options!;
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}
