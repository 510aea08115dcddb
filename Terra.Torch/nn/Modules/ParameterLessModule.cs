using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>Marks modules that have neither parameters nor buffers.</summary>
public interface IParameterLessModule;

/// <summary>A module of one argument that has neither parameters nor buffers nor submodules.</summary>
public abstract class ParameterLessModule<T1, TResult> : Module<T1, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) =>
        throw new InvalidOperationException($"Cannot register a buffer on {GetName()}, which is parameterless.");

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_parameter(string name, Parameter? param) =>
        throw new InvalidOperationException($"Cannot register a parameter on {GetName()}, which is parameterless.");

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_module(string name, Module submodule) =>
        throw new InvalidOperationException($"Cannot register a submodule on {GetName()}, which is parameterless.");
}

/// <summary>A module of two arguments that has neither parameters nor buffers nor submodules.</summary>
public abstract class ParameterLessModule<T1, T2, TResult> : Module<T1, T2, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) =>
        throw new InvalidOperationException($"Cannot register a buffer on {GetName()}, which is parameterless.");

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_parameter(string name, Parameter? param) =>
        throw new InvalidOperationException($"Cannot register a parameter on {GetName()}, which is parameterless.");

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_module(string name, Module submodule) =>
        throw new InvalidOperationException($"Cannot register a submodule on {GetName()}, which is parameterless.");
}

/// <summary>A module of three arguments that has neither parameters nor buffers nor submodules.</summary>
public abstract class ParameterLessModule<T1, T2, T3, TResult> : Module<T1, T2, T3, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) =>
        throw new InvalidOperationException($"Cannot register a buffer on {GetName()}, which is parameterless.");

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_parameter(string name, Parameter? param) =>
        throw new InvalidOperationException($"Cannot register a parameter on {GetName()}, which is parameterless.");

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_module(string name, Module submodule) =>
        throw new InvalidOperationException($"Cannot register a submodule on {GetName()}, which is parameterless.");
}
