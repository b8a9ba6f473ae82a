//! The people of a CLEC's account team at an instant: who is responsible, who stands in, who directs.

use super::{AccountTeam, Discipline, TeamMember};
use contract::{Instant, Policy, TeamMemberNumber};
use record::OfOneClec;
use std::collections::{BTreeMap, BTreeSet};

/// What people of a CLEC's account team work on. Who that is, is not kept on it: it is whoever is responsible by then.
pub trait Served: OfOneClec {
    /// The same with who is responsible as of now.
    #[must_use]
    fn served_by(self, people: People) -> Self;
}

/// Both teams of a CLEC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    sales: Ladder,
    service: Ladder,
}

/// The people whom something goes to in one team, in the order of an escalation (AT-05).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ladder {
    /// Who is responsible for the CLEC; none where nobody is.
    pub responsible: Option<TeamMember>,
    /// Whether who is responsible is out of the office.
    pub away: bool,
    /// Who stands in, while who is responsible is away and another one is not.
    pub stand_in: Option<TeamMember>,
    /// Who directs who is responsible; where nobody is responsible, or nobody directs, the directors of the team.
    pub directors: Vec<TeamMember>,
}

impl People {
    /// Those of a team as it stands, at an instant, of all who may be among them.
    #[must_use]
    pub fn of(
        team: Option<&AccountTeam>,
        members: &BTreeMap<TeamMemberNumber, TeamMember>,
        at: Instant,
        policy: &Policy,
    ) -> Self {
        let ladder = |discipline| Ladder::of(team, discipline, members, (at, policy));
        Self { sales: ladder(Discipline::Sales), service: ladder(Discipline::Service) }
    }

    /// Those of one team.
    #[must_use]
    pub fn ladder(&self, discipline: Discipline) -> &Ladder {
        match discipline {
            Discipline::Sales => &self.sales,
            Discipline::Service => &self.service,
        }
    }
}

impl Ladder {
    fn of(
        team: Option<&AccountTeam>,
        discipline: Discipline,
        members: &BTreeMap<TeamMemberNumber, TeamMember>,
        (at, policy): (Instant, &Policy),
    ) -> Self {
        let present = |number: TeamMemberNumber| members.get(&number).filter(|of| of.is_present(at));
        let responsible = team.and_then(|team| team.responsible(discipline, at)).and_then(|of| present(of.member));
        let stand_in = responsible.and_then(|of| of.absence(at)?.stand_in).and_then(present);
        let own = responsible.and_then(|of| of.at(at, policy).director).and_then(present);
        let is_director = |of: &&TeamMember| of.position == discipline.director() && present(of.number).is_some();
        let directors = match own {
            Some(own) => vec![own.clone()],
            None => members.values().filter(is_director).cloned().collect(),
        };
        Self {
            responsible: responsible.cloned(),
            away: responsible.is_some_and(|of| of.absence(at).is_some()),
            stand_in: stand_in.filter(|of| of.absence(at).is_none()).cloned(),
            directors,
        }
    }

    /// Who answers: who is responsible, or stands in; where nobody is responsible, a director.
    #[must_use]
    pub fn answering(&self) -> Option<&TeamMember> {
        self.stand_in.as_ref().or(self.responsible.as_ref()).or(self.directors.first())
    }

    /// Who is told of what is brought to this team: who is responsible and who stands in; where none of them is in the office, the
    /// directors too.
    #[must_use]
    pub fn told(&self) -> BTreeSet<TeamMemberNumber> {
        let people = self.responsible.iter().chain(&self.stand_in).map(|of| of.number);
        let is_there = self.responsible.is_some() && !self.away || self.stand_in.is_some();
        if is_there { people.collect() } else { people.chain(self.directors()).collect() }
    }

    /// Who directs, by number.
    #[must_use]
    pub fn directors(&self) -> BTreeSet<TeamMemberNumber> {
        self.directors.iter().map(|of| of.number).collect()
    }

    /// What is told where nobody answers.
    pub const NOBODY: &str = "nobody: see the contact";

    /// Who answers, by name and position.
    #[must_use]
    pub fn wording(&self, at: Instant, policy: &Policy) -> String {
        self.answering().map_or_else(|| Self::NOBODY.to_owned(), |of| of.wording(at, policy))
    }
}
