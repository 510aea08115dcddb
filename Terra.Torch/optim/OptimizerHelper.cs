using Terra.Runtime.Tracing;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What the optimizers share: parameter groups with default options, state per parameter, the frame of a step.</summary>
public abstract partial class OptimizerHelper : Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> _states = new(ReferenceEqualityComparer.Instance);

    /// <summary>An optimizer without parameter groups.</summary>
    public OptimizerHelper()
    {
    }

    /// <summary>The optimizer's own options, which groups fall back to.</summary>
    private protected OptimizerOptions Defaults { get; init; } = new();

    /// <summary>The first group's decay rates, for optimizers whose groups are <see cref="IBetas"/>; setting them sets those of all groups.</summary>
    private protected (double, double) GroupBetas
    {
        get => ((IBetas)_groups[0]).Betas;
        set
        {
            foreach (ParamGroup group in _groups)
            {
                ((IBetas)group).Betas = value;
            }
        }
    }

    /// <summary>The first group's momentum, for optimizers whose groups are <see cref="IMomentum"/>; setting it sets that of all groups.</summary>
    private protected double GroupMomentum
    {
        get => ((IMomentum)_groups[0]).Momentum;
        set
        {
            foreach (ParamGroup group in _groups)
            {
                ((IMomentum)group).Momentum = value;
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => base.parameters();

    /// <inheritdoc/>
    public override void zero_grad() => base.zero_grad();

    /// <inheritdoc/>
    public override void add_param_group(ParamGroup param_group)
    {
        param_group.Options ??= NewOptions();
        param_group.Options.Complete(Defaults);
        base.add_param_group(param_group);
        foreach (Parameter parameter in param_group.Parameters)
        {
            OptimizerState state = NewState(parameter);
            state.Initialize(param_group.Options);
            _states.Add(parameter, state);
        }
    }

    /// <summary>Options and state: the very objects, not copies.</summary>
    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (ParamGroup group in _groups)
        {
            var indices = new List<int>();
            foreach (Parameter parameter in group.Parameters)
            {
                indices.Add(dictionary.State.Count);
                dictionary.State.Add(_states[parameter]);
            }

            dictionary.Options.Add(group.Options);
            dictionary.StateIndexRef.Add(indices);
        }

        return dictionary;
    }

    /// <summary>Takes over copies of another optimizer's options and state, parameter by parameter in order.</summary>
    /// <exception cref="ArgumentException">The other has other groups or another number of parameters.</exception>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        if (own.State.Count != state_dict.State.Count || own.Options.Count != state_dict.Options.Count)
        {
            throw new ArgumentException(
                $"the state_dict has {state_dict.State.Count} parameters in {state_dict.Options.Count} groups, the optimizer "
                + $"{own.State.Count} in {own.Options.Count}; construct the optimizer with the same groups first",
                nameof(state_dict));
        }

        for (int i = 0; i < own.Options.Count; i++)
        {
            own.Options[i].LoadStateDict(state_dict.Options[i]);
        }

        for (int i = 0; i < own.State.Count; i++)
        {
            own.State[i].LoadStateDict(state_dict.State[i]);
        }
    }

    /// <summary>Moves the state to a device.</summary>
    public void to(Device device)
    {
        foreach (OptimizerState state in _states.Values)
        {
            state.to(device);
        }
    }

    /// <summary>Runs the closure, if any, with autograd on, and then the update of each group without.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null)
        where T : ParamGroup
    {
        StepMarkers.OptimizerStep();
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using (enable_grad())
            {
                loss = loss_closure();
            }
        }

        using (no_grad())
        {
            foreach (ParamGroup group in _groups)
            {
                body((T)group);
            }
        }

        return loss;
    }

    /// <summary>Updates the parameters of a group that have a gradient, one after another; the temporaries of each update are disposed of.</summary>
    /// <param name="group">The group.</param>
    /// <param name="decay">The share of the parameter that is added to its gradient.</param>
    /// <param name="maximize">Whether the gradient is negated first.</param>
    /// <param name="update">Gets a parameter, its gradient, which it may not change, and its state.</param>
    private protected void UpdateEach<TState>(ParamGroup group, double decay, bool maximize, Action<Parameter, Tensor, TState> update)
        where TState : OptimizerState
    {
        foreach (Parameter parameter in group.Parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            if (parameter.grad is not { } own)
            {
                continue;
            }

            Tensor gradient = maximize ? own.neg() : own;
            update(parameter, decay == 0 ? gradient : gradient.add(parameter, decay), (TState)StateOf(parameter));
        }
    }

    /// <summary>Adds the groups an optimizer is constructed with.</summary>
    private protected void AddGroups(IEnumerable<ParamGroup> groups)
    {
        foreach (ParamGroup group in groups)
        {
            add_param_group(group);
        }
    }

    /// <inheritdoc/>
    private protected override void DisposeStates()
    {
        foreach (OptimizerState state in _states.Values)
        {
            (state as IDisposable)?.Dispose();
        }

        _states.Clear();
    }

    /// <summary>Options of this optimizer with nothing set.</summary>
    private protected abstract OptimizerOptions NewOptions();

    private protected abstract OptimizerState NewState(Parameter parameter);

    private protected OptimizerState StateOf(Parameter parameter) => _states[parameter];
}
